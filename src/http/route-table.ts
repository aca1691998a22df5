import { Injectable, RequestMethod } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ROUTE_POLICY } from '../pep/authorize.decorator.js';
import type { RoutePolicy } from '../pep/authorize.decorator.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { RequestName } from './request-end.js';

interface Route {
  readonly method: string;
  readonly path: string;
  readonly policy: RoutePolicy | undefined;
}

const SECRETS_PATH = '/api/secrets';
/** Of the methods that the parser lets in. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
]);

/** Every route of the service, read from the controllers: none has parameters in its path. */
@Injectable()
export class RouteTable implements OnModuleInit {
  private routes: readonly Route[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    this.routes = this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      const prefix = (Reflect.getMetadata(PATH_METADATA, metatype as object) ?? '') as string;
      const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => routeOf(prefix, prototype[name]));
    });
  }

  /** Routes that declare no authorization: each of them is refused, so there should be none. */
  undeclared(): readonly string[] {
    return this.routes
      .filter(({ policy }) => policy === undefined)
      .map(({ method, path }) => `${method} ${path}`);
  }

  /** Whether requests to the path have audit records. */
  isRecorded(path: string): boolean {
    return path === SECRETS_PATH || path.startsWith(`${SECRETS_PATH}/`);
  }

  /** The template of a route for metrics; bounded, whatever is asked for. */
  templateOf(path: string): string {
    return this.routes.some((route) => route.path === path) ? path : 'none';
  }

  /** Asked by platforms every few seconds: not worth a trace. */
  isProbe(path: string): boolean {
    return path === '/metrics' || path.startsWith('/health/');
  }

  /** The request for metrics, log and traces; other methods are `_OTHER`, as OpenTelemetry calls them. */
  nameOf(method: string, path: string): RequestName {
    return {
      method: KNOWN_METHODS.has(method) ? method : '_OTHER',
      route: this.templateOf(path),
      isRecorded: this.isRecorded(path),
    };
  }

  /** Why a path and method met no route: 405 with the methods that would have, else 404. */
  explainMiss(path: string): SecretError {
    const methods = this.routes.filter((route) => route.path === path).map(({ method }) => method);
    if (methods.length === 0) return new SecretError('ROUTE_NOT_FOUND');
    const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    return new SecretError('METHOD_NOT_ALLOWED', undefined, { allow });
  }
}

function routeOf(prefix: string, handler: object | undefined): Route[] {
  if (handler === undefined) return [];
  const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
  if (method === undefined) return [];
  const paths = [Reflect.getMetadata(PATH_METADATA, handler) as string | string[]].flat();
  const policy = Reflect.getMetadata(ROUTE_POLICY, handler) as RoutePolicy | undefined;
  return paths.map((path) => ({ method: RequestMethod[method], path: join(prefix, path), policy }));
}

/** As Nest joins them: it takes one slash off the end of either. */
function join(prefix: string, path: string): string {
  const [head = '', tail = ''] = [prefix, path].map((part) => (part.startsWith('/') ? part : `/${part}`));
  return `${head.replace(/\/$/, '')}${tail}`.replace(/(?<=.)\/$/, '');
}
