import { Scalar, Schema, parseDocument } from 'yaml';
import type { Document, ScalarTag, ToStringOptions } from 'yaml';
import { isRawNumber } from '../../secrets/json.js';
import { YamlFault } from './yaml-fault.js';
import { NOT_A_JSON_NUMBER, YAML_NUMBER, numberFromYaml } from './yaml-number.js';
import { isLiteralText, isSafePlain, printQuoted, printSingleQuoted } from './yaml-string.js';

const FLOAT = 'tag:yaml.org,2002:float';
const INT = 'tag:yaml.org,2002:int';
const STRING = 'tag:yaml.org,2002:str';

const LIBRARY_STRING_TAG = new Schema({ schema: 'core' }).tags.find(({ tag }) => tag === STRING) as ScalarTag;

/** Blocks are left to the library; all that stands on one line is printed here, so that nothing is folded. */
const STRING_TAG: ScalarTag = {
  ...LIBRARY_STRING_TAG,
  stringify: (item, context, onComment, onChompKeep) => {
    const text = String(item.value);
    item.type ??= styleFor(text);
    if (item.type === Scalar.BLOCK_LITERAL || item.type === Scalar.BLOCK_FOLDED) {
      const isOneLine = context.implicitKey === true || context.inFlow === true;
      const printed = isOneLine
        ? undefined
        : LIBRARY_STRING_TAG.stringify?.(item, context, onComment, onChompKeep);
      return printed ?? printQuoted(text);
    }
    if (text.includes('\n') || item.type === Scalar.QUOTE_DOUBLE) return printQuoted(text);
    return item.type === Scalar.QUOTE_SINGLE ? printSingleQuoted(text) : text;
  },
};

/** Never folded: a long value stays on its line. */
const PRINTING: ToStringOptions = { lineWidth: 0 };

/**
 * The core schema of YAML 1.2, whatever version a directive names, with numbers that keep their digits. Tags beyond
 * it mean nothing: `!!binary aGk=` is the string `aGk=`, a timestamp is a string, `<<` is a key like others.
 */
const SCHEMA = new Schema({
  schema: 'core',
  resolveKnownTags: false,
  customTags: () => ['map', 'seq', STRING_TAG, 'null', 'bool', numberTag(FLOAT), numberTag(INT)],
});

/**
 * Parses one document.
 * @throws YamlFault where the text is no YAML, holds more than one document, or a number that JSON has not
 */
export function parseYaml(text: string): Document.Parsed {
  try {
    // The library's own search for duplicate keys is quadratic; YamlReader has another.
    const document = parseDocument(text, {
      schema: SCHEMA,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
    });
    const [error] = document.errors;
    if (error === undefined) return document;
    const reason =
      error.code === 'TAG_RESOLVE_FAILED' ? 'holds what JSON cannot say' : 'does not parse as one document';
    throw new YamlFault(reason, error.pos[0]);
  } catch (error) {
    // The parser recurses: some thousand levels end the stack.
    if (error instanceof RangeError) throw new YamlFault('nests too deeply', 0);
    throw error;
  }
}

/** @param indent spaces of a level */
export function printYaml(document: Document, indent = 2): string {
  return document.toString({ ...PRINTING, indent });
}

/** The same number tag under both names, so that explicit `!!int` and `!!float` find it too. */
function numberTag(tag: string): ScalarTag {
  return {
    tag,
    default: true,
    test: new RegExp(`${YAML_NUMBER.source}|${NOT_A_JSON_NUMBER.source}`),
    identify: (value) => typeof value === 'number' || isRawNumber(value),
    resolve: (source, onError) => {
      if (!NOT_A_JSON_NUMBER.test(source)) return numberFromYaml(source);
      onError('not a JSON number');
      return source;
    },
    stringify: ({ source, value }) => source ?? (isRawNumber(value) ? value.rawJSON : String(value)),
  };
}

/** How a string is written that does not stand in the file yet. */
function styleFor(text: string): Scalar.Type {
  if (isSafePlain(text)) return Scalar.PLAIN;
  return isLiteralText(text) ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
}
