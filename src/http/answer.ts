/** Name and value of a header of an answer. */
export type AnswerHeader = readonly [string, string];

/** What a handler answers: the body, and what of it goes into status and headers. */
export class Answer<Body> {
  /**
   * @param body the JSON body; plaintext is opened only here
   * @param version sent as ETag and X-Secret-Version, where the store counts versions
   */
  constructor(
    readonly body: Body,
    readonly version?: number,
    readonly status: 200 | 201 = 200,
    /** Whether it is the answer to an earlier request with the same Idempotency-Key. */
    readonly isReplayed = false,
  ) {}

  get headers(): readonly AnswerHeader[] {
    const headers: AnswerHeader[] = [];
    if (this.version !== undefined) {
      headers.push(['ETag', `"${this.version}"`], ['X-Secret-Version', String(this.version)]);
    }
    if (this.isReplayed) headers.push(['Idempotency-Replayed', 'true']);
    return headers;
  }
}
