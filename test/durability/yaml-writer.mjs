/**
 * One process of writers on a YAML file: `yaml-writer.mjs <compiled sources> <file> <first> <clients> <rounds>`.
 * Client n sets the key `key-n` of one secret to 1, 2, 3 … and prints `n value` once that is acknowledged. Each expects to
 * find what it wrote last; another value is a lost write and ends the process with code 3.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';

const [sources, path, first, clients, rounds] = process.argv.slice(2);
const { YamlFile } = await import(join(sources, 'providers/yaml/yaml-file.js'));
const file = new YamlFile(path);
const name = 'secret/app/crowd';

async function write(client) {
  const key = `key-${client}`;
  let last;
  for (let round = 1; round <= Number(rounds); round += 1) {
    const value = await file.update((transaction) => {
      const values = transaction.find(name) ?? {};
      const found = values[key] ?? 0;
      if (last !== undefined && found !== last) process.exit(3);
      transaction.put(name, { ...values, [key]: found + 1 });
      return found + 1;
    });
    last = value;
    writeSync(1, `${client} ${value}\n`);
  }
}

await Promise.all(Array.from({ length: Number(clients) }, (_, index) => write(Number(first) + index)));
