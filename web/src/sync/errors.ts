/** The ways in which a request can fail. */

/** The service understood and said no; asking again changes nothing. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** Names of the fields at fault. */
    readonly fields: readonly string[] = [],
  ) {
    super(`${status} ${code}`);
  }
}

/** No answer, or one that says "later": the outcome is unknown, and asking again is right. */
export class Unreachable extends Error {
  constructor(
    reason: string,
    /** Seconds, where the service named them. */
    readonly retryAfter: number | null = null,
    /** The service's code, where it was the service that said "later". */
    readonly code: string | null = null,
  ) {
    super(reason);
  }

  /** The service itself said "later", so there is a network. */
  get isAnswered(): boolean {
    return this.code !== null;
  }
}

/** The app itself ended the request: nobody looks at what it asked for any more. */
export class NotLookedAt extends Error {}
