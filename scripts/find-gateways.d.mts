export declare const GATEWAYS_HOME: string;
export declare function findGateway(name: 'nginx' | 'haproxy' | 'envoy' | 'traefik'): string | undefined;
