/**
 * Something in the text of the file that keeps it from being read. Carries no content of the file: what is wrong is
 * said in our own words, and where by an offset.
 */
export class YamlFault extends Error {
  override readonly name = 'YamlFault';

  /**
   * @param reason what is wrong, as the rest of a sentence that begins with "The YAML file"
   * @param offset index of the first wrong character in the text, in UTF-16 code units
   */
  constructor(
    readonly reason: string,
    readonly offset: number,
  ) {
    super(`the YAML file ${reason}`);
  }

  /** The whole sentence, with line and column counted from 1. */
  describe(text: string): string {
    const before = text.slice(0, this.offset);
    const line = before.split('\n').length;
    const column = this.offset - before.lastIndexOf('\n');
    return `The YAML file ${this.reason} (line ${line}, column ${column}).`;
  }
}
