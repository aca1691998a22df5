import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that `npm run kafka:install` fills; ignored by git. */
export const KAFKA_HOME = fileURLToPath(new URL('../.kafka', import.meta.url));
const JARS = fileURLToPath(new URL('kafka.jars.txt', import.meta.url));
/** What Kafka 4 needs to run its server. */
const JAVA_AT_LEAST = 17;

/** Where the list that was installed is kept: another list is another text. */
export const INSTALLED = join(KAFKA_HOME, 'installed.txt');

/** The text of `kafka.jars.txt`: one line for each file with its SHA-256 and its path in a Maven repository. */
export function readJarList() {
  return readFileSync(JARS, 'utf8');
}

/**
 * A Java that is new enough: that of JAVA_HOME first, then the PATH.
 * @returns {string | undefined}
 */
export function findJava() {
  const home = process.env.JAVA_HOME;
  return [...(home ? [join(home, 'bin', 'java')] : []), 'java'].find(isNewEnough);
}

/**
 * The Kafka server of this repository.
 * @returns {{ java: string, classPath: string, version: string } | undefined} undefined where it or Java is missing
 */
export function findKafka() {
  const list = readJarList();
  if (!existsSync(INSTALLED) || readFileSync(INSTALLED, 'utf8') !== list) return undefined;
  const java = findJava();
  const version = /kafka_2\.13-([\d.]+)\.jar/.exec(list)?.[1];
  if (java === undefined || version === undefined) return undefined;
  return { java, classPath: join(KAFKA_HOME, 'jars', '*'), version };
}

function isNewEnough(java) {
  const { status, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8', timeout: 30_000 });
  return status === 0 && Number(/version "(\d+)/.exec(stderr)?.[1]) >= JAVA_AT_LEAST;
}
