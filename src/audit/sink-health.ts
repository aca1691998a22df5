import { Injectable } from '@nestjs/common';

/** Which of those that keep records cannot, as they have told last. */
@Injectable()
export class SinkHealth {
  private readonly unusable = new Set<string>();

  report(sink: string, isUsable: boolean): void {
    if (isUsable) this.unusable.delete(sink);
    else this.unusable.add(sink);
  }

  get isUsable(): boolean {
    return this.unusable.size === 0;
  }
}
