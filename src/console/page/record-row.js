import { shorten, showTime, spellOut } from './shown-text.js';

/** @typedef {import('./record-store.js').Entry} Entry */

const CELL_MAX = 200;
let made = 0;

/**
 * A row of the table. Data only ever becomes text, never markup.
 * @param {Entry} entry
 */
export function makeRow(entry) {
  const row = document.createElement('tr');
  made += 1;
  row.id = `row-${made}`;
  if (entry.record === undefined) {
    row.className = 'gap';
    const cell = row.insertCell();
    cell.colSpan = 7;
    cell.append(describeGap(entry.gap));
    return row;
  }
  const { record } = entry;
  row.dataset['effect'] = record.effect;
  addTime(row, record.time);
  addCell(row, 'event', record.event);
  addCell(row, 'purpose', record.purpose);
  addCell(row, 'effect', record.effect);
  addCell(row, 'code', record.code);
  addCell(row, 'subject', record.subject);
  const resource = addCell(row, 'resource', record.resource_ref);
  if (typeof record.uri === 'string') resource.append(' ', makeText('uri', record.uri));
  return row;
}

/** @param {{ missed: number | null }} gap */
export function describeGap({ missed }) {
  return missed === null
    ? 'The service was restarted, or no longer keeps what came here: what happened is not known.'
    : `${missed} ${missed === 1 ? 'record was' : 'records were'} missed here: the service no longer keeps them.`;
}

/**
 * @param {HTMLTableRowElement} row
 * @param {string} time
 */
function addTime(row, time) {
  const cell = row.insertCell();
  cell.className = 'time';
  const element = document.createElement('time');
  element.dateTime = time;
  element.textContent = showTime(time);
  cell.append(element);
}

/**
 * @param {HTMLTableRowElement} row
 * @param {string} name
 * @param {string | null} value
 */
function addCell(row, name, value) {
  const cell = row.insertCell();
  cell.className = name;
  if (value === null) cell.append(makeText('none', '–'));
  else cell.append(makeText('', value));
  return cell;
}

/**
 * Isolated, so that letters of another direction reorder nothing but themselves.
 * @param {string} className
 * @param {string} value
 */
function makeText(className, value) {
  const element = document.createElement('bdi');
  if (className !== '') element.className = className;
  element.textContent = shorten(spellOut(value.slice(0, CELL_MAX + 1)), CELL_MAX);
  return element;
}
