/** Lays text out for a terminal. */

const GAP = 2;

/** Lays cells out in columns, as wide as they need to be and narrower where the width does not suffice. The last column gets the rest. */
export function columns(rows: readonly (readonly string[])[], width: number): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const available = width - GAP * (count - 1);
  // The widest column gives way, as often as it takes.
  while (Number.isFinite(available) && widths.reduce((sum, one) => sum + one, 0) > available) {
    widths[widths.indexOf(Math.max(...widths))]--;
  }
  return rows.flatMap((row) => {
    const cells = widths.map((cellWidth, column) => wrap(row[column] ?? '', cellWidth));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => cells.map((lines, column) => (lines[line] ?? '').padEnd(widths[column])).join(' '.repeat(GAP)).trimEnd());
  });
}

/** Breaks a line at spaces, or within a word that is longer than the width. Further lines are indented like the first, and by two more. */
export function wrapLine(line: string, width: number): string[] {
  const indent = /^ */.exec(line)![0];
  const [first, ...rest] = wrap(line.slice(indent.length), width - indent.length - 2);
  return line.length <= width ? [line] : [`${indent}${first}`, ...rest.map((further) => `${indent}  ${further}`)];
}

function wrap(text: string, width: number): string[] {
  const room = Math.max(width, 1);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = line === '' ? word : `${line} ${word}`;
    if (rest.length > room && line !== '') {
      lines.push(line);
      rest = word;
    }
    for (; rest.length > room; rest = rest.slice(room)) {
      lines.push(rest.slice(0, room));
    }
    line = rest;
  }
  return [...lines, line];
}
