// A table: columns are `{key, name, cell?, number?}`; `cell(row)` draws what is not just the row's
// value.

import { html } from "../vendor/preact.js";

export const Table = ({ label, columns, rows, id = (row) => row.id, empty }) =>
  html`<div class="table-place" role="region" aria-label=${label} tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map(
            ({ key, name, number }) => html`<th
            key=${key} scope="col" class=${number ? "number" : null}
          >${name}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) => html`<tr key=${id(row)}>
          ${columns.map(
            ({ key, cell, number }) => html`<td key=${key} class=${number ? "number" : null}>
            ${cell ? cell(row) : row[key]}
          </td>`,
          )}
        </tr>`,
        )}
      </tbody>
    </table>
    ${rows.length === 0 && html`<p class="hint centred">${empty}</p>`}
  </div>`;
