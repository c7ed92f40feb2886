// Talking to the server so that nothing typed depends on the answer: an ended session, a stale token, a lost connection
// each come back as what they are.

/** What the server said instead of doing it. `kind`: `offline`, `signed-out`, `other-person`, `refused`. */
export class Refusal extends Error {
  constructor(kind, message = "", more = {}) {
    super(message);
    Object.assign(this, { kind, ...more });
  }
}

const JSON_ONLY = { Accept: "application/json" };

async function ask(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { credentials: "same-origin", redirect: "manual", ...options, headers: { ...JSON_ONLY, ...options.headers } });
  } catch {
    throw new Refusal("offline");
  }
  let body = null;
  try { body = await answer.json(); } catch { /* a page, not an answer */ }
  return { answer, body };
}

export class Server {
  /** `token` is the page's CSRF token, `user` whose page it is. */
  constructor({ urls, token, user }) {
    Object.assign(this, { urls, token, user });
  }

  /** Who is signed in in this browser now; takes over a fresh token when it is the same person. */
  async signedIn() {
    const { answer, body } = await ask(this.urls.token);
    if (!answer.ok || !body) throw new Refusal("offline");
    if (body.user === this.user) this.token = body.token;
    return body;
  }

  async get(url, query) {
    const { answer, body } = await ask(`${url}?${new URLSearchParams(query)}`);
    if (answer.ok && body) return body;
    return this.#explain(answer, body, null);
  }

  async post(url, data) {
    const send = () => ask(url, { method: "POST", body: JSON.stringify(data), headers: { "Content-Type": "application/json", "X-CSRFToken": this.token } });
    const { answer, body } = await send();
    if (answer.ok && body) return body;
    return this.#explain(answer, body, send);
  }

  async #explain(answer, body, again) {
    const doubtful = answer.type === "opaqueredirect" || [0, 302, 400, 401, 403].includes(answer.status);
    if (doubtful) {
      const who = await this.signedIn();
      if (who.user === null) throw new Refusal("signed-out");
      if (who.user !== this.user) throw new Refusal("other-person", "", { name: who.name });
      if (again) {
        const second = await again();
        if (second.answer.ok && second.body) return second.body;
        answer = second.answer;
        body = second.body;
      }
    }
    if (answer.status >= 500 && !body) throw new Refusal("offline");
    throw new Refusal("refused", body?.message ?? "", { errors: body?.errors ?? {} });
  }
}
