// What the page says to the grid: its data, its words, its marked elements.

import { fill } from "../words.js";

export const data = JSON.parse(document.getElementById("at-grid-data").textContent);
export const phone = matchMedia("(max-width: 640px)");

const texts = document.getElementById("at-grid-words").dataset;

/** A sentence of the page with [placeholders] filled. */
export const words = (name, values = {}) => fill(texts[name] ?? "", values);

/** The element marked `data-grid-<mark>`, or all of them. */
export const find = (mark) => document.querySelector(`[data-grid-${mark}]`);
export const findAll = (mark) => [...document.querySelectorAll(`[data-grid-${mark}]`)];
