// A page without a frame: what was typed before is still wanted.

import "./back.js";
import { keepSentDraft } from "./draft.js";

keepSentDraft();
