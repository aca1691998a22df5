/**
 * `npm run kafka:install`: puts a real Kafka server into the ignored folder `.kafka/`: the files of `kafka.jars.txt` from
 * Maven Central, or from the mirror that MAVEN_MIRROR names, each held against its hash. Returns at once when this very
 * list is there. Running it needs Java 17 or later (on Debian: apt install openjdk-17-jre-headless).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findJava, findKafka, INSTALLED, KAFKA_HOME, readJarList } from './find-kafka.mjs';

const REPOSITORY = (process.env.MAVEN_MIRROR || 'https://repo1.maven.org/maven2').replace(/\/+$/, '');
const AT_ONCE = 8;
const ATTEMPTS = 3;
const TIMEOUT_MS = 60_000;

async function download(path, sha256) {
  const answer = await fetch(`${REPOSITORY}/${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`${path} is answered with ${answer.status}`);
  const content = Buffer.from(await answer.arrayBuffer());
  if (createHash('sha256').update(content).digest('hex') !== sha256)
    throw new Error(`${path} is not the file that is meant: its hash is another`);
  return content;
}

async function fetchJar(folder, [sha256, path]) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await writeFile(join(folder, basename(path)), await download(path, sha256));
    } catch (error) {
      if (attempt === ATTEMPTS) throw new Error(`${error.message} (${ATTEMPTS} attempts)`, { cause: error });
    }
  }
}

async function install(list) {
  const waiting = list
    .split('\n')
    .filter((line) => /^[\da-f]{64} {2}\S+$/.test(line))
    .map((line) => line.split('  '));
  const jars = join(KAFKA_HOME, 'jars');
  // Filled beside and moved into place when it is whole: an interrupted run leaves nothing that looks like a server.
  const fresh = `${jars}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  try {
    const work = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await fetchJar(fresh, next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    rmSync(INSTALLED, { force: true });
    rmSync(jars, { recursive: true, force: true });
    renameSync(fresh, jars);
    writeFileSync(INSTALLED, list);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

try {
  if (findJava() === undefined) throw new Error('it needs Java 17 or later, on the PATH or in JAVA_HOME');
  const isThere = findKafka() !== undefined;
  console.log(isThere ? 'Kafka is there.' : 'Installing Kafka into .kafka/ (45 MB) …');
  if (!isThere) await install(readJarList());
} catch (error) {
  console.error(`kafka:install: ${error.message}`);
  process.exitCode = 1;
}
