import { execFileSync } from 'node:child_process';
import { findGateway } from '../../scripts/find-gateways.mjs';

export type GatewayName = 'nginx' | 'haproxy' | 'envoy' | 'traefik';

/** How each tells its version, and who brings it. */
const GATEWAYS: Readonly<Record<GatewayName, { readonly ask: readonly string[]; readonly missing: string }>> =
  {
    nginx: { ask: ['-v'], missing: 'no nginx on the PATH: "apt-get install nginx" (Debian) puts one there' },
    haproxy: {
      ask: ['-v'],
      missing: 'no haproxy on the PATH: "apt-get install haproxy" (Debian) puts one there',
    },
    envoy: { ask: ['--version'], missing: 'no envoy: "npm run gateways:install" puts one into .gateways/' },
    traefik: { ask: ['version'], missing: 'no traefik: "npm run gateways:install" puts one into .gateways/' },
  };

/**
 * A suite that needs a real gateway. Where there is none it is replaced by one case that says so, and a line on the
 * console: it neither fails nor looks as if it had run.
 */
export function describeBehind(name: GatewayName, suite: (binary: string) => void): void {
  const binary = findGateway(name);
  const { missing } = GATEWAYS[name];
  if (binary !== undefined) {
    describe(`behind ${name} ${readVersion(name, binary)}`, () => suite(binary));
    return;
  }
  console.warn(`LEFT OUT: the service behind ${name}, ${missing}`);
  describe(`behind ${name}`, () => {
    it(`is left out: ${missing}`, () => {
      expect(findGateway(name)).toBeUndefined();
    });
  });
}

function readVersion(name: GatewayName, binary: string): string {
  // nginx tells it on the channel of errors.
  const said = execFileSync('sh', ['-c', '"$0" "$@" 2>&1', binary, ...GATEWAYS[name].ask], {
    encoding: 'utf8',
  });
  const version = /\d+\.\d+\.\d+/.exec(said)?.[0];
  if (version === undefined) throw new Error(`${binary} names no version`);
  return version;
}
