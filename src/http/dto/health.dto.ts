export class LivenessDto {
  status!: 'ok';
}

export class StoreHealthDto {
  status!: 'ok' | 'unavailable';
  /** The store's own word, such as `active`, `sealed` or `unreachable`. */
  state!: string;
}

export class StateHealthDto {
  status!: 'ok' | 'unavailable';
}

export class PolicyHealthDto {
  status!: 'ok' | 'unavailable';
  /** `ok`, `reload-failed` (the policies before still decide) or `unreachable`. */
  state!: string;
}

export class AuditHealthDto {
  status!: 'ok' | 'unavailable';
}

export class HealthDto {
  status!: 'ok' | 'unavailable';
  /** By scheme. */
  stores!: Record<string, StoreHealthDto>;
  /** Where it is in Redis. */
  state?: StateHealthDto;
  /** Where authorization is on. */
  policy?: PolicyHealthDto;
  /** Where records are kept in a file. */
  audit?: AuditHealthDto;
}
