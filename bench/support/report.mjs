import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { drawBars, drawLines } from './picture.mjs';

const PAGE = new URL('../../docs/performance.md', import.meta.url);
const FOLDER = new URL('../../docs/performance/', import.meta.url);
/** As in .prettierrc; the check of the repository holds the page and the raw results to it. */
const STYLE = { printWidth: 110, singleQuote: true, trailingComma: 'all' };

export function printCase({ title, tables, figures }) {
  console.log(`\n${title}`);
  for (const { heading, rows } of tables) {
    if (heading) console.log(heading);
    console.table(rows);
  }
  if (figures.length > 0) console.table(figures.map(figureRow));
}

function figureRow({ figure, reach, value }) {
  const { min, median, max, count } = typeof value === 'number' ? { median: value } : value;
  const text = (number) => (number === undefined ? '' : String(Number(number.toPrecision(3))));
  return {
    figure,
    reach: reach ?? '',
    median: text(median),
    min: text(min),
    max: text(max),
    rounds: count ?? 1,
    met: verdict(reach, median),
  };
}

function verdict(reach, value) {
  if (reach === undefined) return '';
  const [relation, limit] = reach.split(' ');
  return (relation === '<=' ? value <= Number(limit) : value >= Number(limit)) ? 'yes' : 'no';
}

/** Puts the section of the case into the page, its raw results and its picture beside it. */
export async function writePage(result) {
  mkdirSync(FOLDER, { recursive: true });
  const { name, picture, raw, figures } = result;
  const { machine, load, isQuick } = result;
  const data = { machine, load, isQuick, figures, raw };
  const json = await format(JSON.stringify(data, shorten), { ...STYLE, parser: 'json', printWidth: 1_000 });
  writeFileSync(new URL(`${name}.json`, FOLDER), await format(json, { ...STYLE, parser: 'json' }));
  if (picture !== undefined)
    writeFileSync(new URL(`${name}.svg`, FOLDER), picture.bars ? drawBars(picture) : drawLines(picture));
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    await format(replaceSection(page, name, sectionOf(result)), { ...STYLE, parser: 'markdown' }),
  );
}

function shorten(_key, value) {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}

function replaceSection(page, name, text) {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const section = `${begin}\n\n${text}\n\n${end}`;
  const from = page.indexOf(begin);
  if (from === -1) return `${page.trimEnd()}\n\n${section}\n`;
  return page.slice(0, from) + section + page.slice(page.indexOf(end) + end.length);
}

function sectionOf({ name, title, about, isQuick, machine, load, tables, figures, picture }) {
  return [
    `## ${title}`,
    about,
    figures.length > 0 ? tableOf(figures.map(figureRow)) : '',
    ...tables.flatMap(({ heading, rows }) => [heading === undefined ? '' : `**${heading}**`, tableOf(rows)]),
    picture === undefined ? '' : `![${picture.title}](performance/${name}.svg)`,
    [
      `\`npm run bench -- ${name}${isQuick ? ' --quick' : ''}\`, ${machine.date} UTC, commit ${machine.commit},`,
      `${machine.cores} cores (${machine.processor}), ${machine.versions.store}, Node ${machine.versions.node}, load by ${machine.versions.load};`,
      `load average ${load[0][0]} before and ${load[1][0]} after; [raw results](performance/${name}.json).`,
    ].join(' '),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function tableOf(rows) {
  const columns = Object.keys(rows[0]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) => line(columns.map((column) => row[column] ?? '')));
  return [line(columns), line(columns.map(() => '---')), ...body].join('\n');
}
