// A table: columns are `{key, name, cell?, number?, wide?}`; `cell(row)` draws what is not just
// the row's value, and a
// `wide` column is left out on a phone. The children stand below the rows.

import { html } from "../vendor/preact.js";

export function Table({ label, columns, rows, id = (row) => row.id, empty, busy, children }) {
  const look = ({ number, wide }) => `${number ? "number" : ""} ${wide ? "only-wide" : ""}`;
  return html`<div class="table-place" role="region" aria-label=${label} tabindex="0"
    aria-busy=${busy}>
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th key=${column.key} scope="col"
            class=${look(column)}>${column.name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) => html`<tr key=${id(row)}>
          ${columns.map(
            (column) => html`<td key=${column.key} class=${look(column)}>
            ${column.cell ? column.cell(row) : row[column.key]}
          </td>`,
          )}
        </tr>`,
        )}
      </tbody>
    </table>
    ${rows.length === 0 && html`<p class="hint centred">${empty}</p>`}
    ${children}
  </div>`;
}
