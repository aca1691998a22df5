import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

/** Keeps the document once it was asked for: a start does not wait for it, and most processes never build it. */
@Injectable()
export class DocumentHolder {
  private build: (() => OpenAPIObject) | undefined;
  private document: OpenAPIObject | undefined;

  /** The application is not there yet when its parts are made. */
  buildWith(build: () => OpenAPIObject): void {
    this.build = build;
  }

  get(): OpenAPIObject {
    if (this.build === undefined) throw new Error('the application was not given to the OpenAPI document');
    return (this.document ??= this.build());
  }
}
