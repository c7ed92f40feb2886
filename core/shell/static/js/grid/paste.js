// Cells copied from a workbook: rows by line, cells by tab, cells with tabs or line ends in quotes.

/** The cells of pasted text as rows of texts; line ends within a cell become blanks. */
export function cellsOf(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const put = () => {
    rows.at(-1).push(cell.replace(/\s*[\r\n]+\s*/g, " ").trim());
    cell = "";
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character === '"' && text[at + 1] === '"') { cell += '"'; at += 1; } else if (character === '"') quoted = false;
      else cell += character;
    } else if (character === '"' && cell === "") quoted = true;
    else if (character === "\t") put();
    else if (character === "\n" || character === "\r") {
      if (character === "\r" && text[at + 1] === "\n") at += 1;
      put();
      rows.push([]);
    } else cell += character;
  }
  put();
  return rows.filter((row) => row.some((one) => one !== ""));
}

/** Which column each pasted cell belongs to: by headings when the first line holds two or more, else from `start` on. */
export function columnsFor(rows, columns, start, same) {
  const named = rows[0].map((text) => columns.find((column) => [column.label, ...column.synonyms].some((name) => same(name, text))) ?? null);
  if (named.filter(Boolean).length >= 2) return { columns: named, rows: rows.slice(1) };
  return { columns: columns.slice(columns.indexOf(start)), rows };
}
