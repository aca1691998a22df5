import type { AppConfig, PdpConfig } from './app-config.js';
import { isSafeTransport } from './safe-transport.js';
import type { ConfigValues, Problems } from './variable-reader.js';

/** Who decides. Authorization that is on and could ask nobody is a problem. */
export function readPdp(values: ConfigValues, problems: Problems): AppConfig['pdp'] {
  const readAction = values.PDP_READ_ACTION;
  if (!values.ENABLE_AUTHORIZATION) return { engine: 'none', readAction };
  return { ...readEngine(values, problems), readAction };
}

function readEngine(values: ConfigValues, problems: Problems): PdpConfig {
  const { PDP_ENGINE: engine, PDP_POLICY_DIR: policyDir, PDP_URL: url } = values;
  switch (engine) {
    case 'cedar':
      return policyDir === undefined
        ? missing('PDP_POLICY_DIR', 'a folder with *.cedar files')
        : { engine, policyDir };
    case 'authzen':
      return url === undefined ? missing('PDP_URL', 'the URL of the decision point') : readAuthzen(url);
    case undefined:
      return missing('PDP_ENGINE', 'cedar, authzen');
    default:
      return engine satisfies never;
  }

  function missing(name: string, allowed: string): PdpConfig {
    const reason = engine === undefined ? '' : ` and PDP_ENGINE is ${engine}`;
    const problem = `${name} is not set, though ENABLE_AUTHORIZATION is true${reason}; allowed: ${allowed}`;
    if (!problems.has(name)) problems.set(name, problem);
    return { engine: 'none' };
  }

  function readAuthzen(origin: string): PdpConfig {
    const environment = values.ENVIRONMENT;
    if (!isSafeTransport(new URL(origin), environment)) {
      problems.set(
        'PDP_URL',
        `PDP_URL is a plain http URL, though ENVIRONMENT is ${environment}; allowed: https, or http on loopback`,
      );
    }
    return {
      engine: 'authzen',
      url: origin.replace(/\/+$/, ''),
      token: values.PDP_TOKEN,
      caCert: values.PDP_CA_CERT,
      timeoutMs: values.PDP_TIMEOUT_MS,
      batchMax: values.PDP_BATCH_MAX,
      resourceAttributes: values.PDP_RESOURCE_ATTRIBUTES,
      context: values.PDP_CONTEXT,
    };
  }
}
