/** CSV (RFC 4180): quoted fields may hold commas, quotes and line breaks; lines end with LF or CRLF. */
export interface CsvRow {
  /** The line on which the row begins, from 1. */
  line: number;
  fields: string[];
}

/** The rows of a text, empty lines left out. */
export function* parseCsv(text: string): Generator<CsvRow> {
  const field = /(?:"([^"]*(?:""[^"]*)*)"|((?:[^",\r\n][^,\r\n]*)?))(,|\r?\n|\r|$)/y;
  let line = 1;
  let row: CsvRow = { line, fields: [] };
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (match === null)
      throw new Error(`line ${line}: a quote is not closed, or something follows it`);
    const [whole, quoted, plain = '', end = ''] = match;
    row.fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split(/\r?\n|\r/).length - 1;
    const isLast = at + whole.length >= text.length;
    if (end === ',' && !isLast) continue;
    if (end === ',') row.fields.push('');
    if (row.fields.length > 1 || row.fields[0] !== '') yield row;
    row = { line, fields: [] };
  }
}

/** A row as a line. */
export const csvLine = (fields: readonly (string | number)[]) =>
  `${fields.map((field) => (/[",\r\n]/.test(String(field)) ? `"${String(field).replaceAll('"', '""')}"` : field)).join(',')}\n`;
