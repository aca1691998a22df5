import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CedarPdp } from '../../../../src/pdp/cedar/cedar.pdp.js';
import type { CedarPdpOptions } from '../../../../src/pdp/cedar/cedar.pdp.js';
import type {
  PolicyDecision,
  PolicyQuestion,
  ResourceFacts,
} from '../../../../src/ports/policy-decision.port.js';
import type { Caller, SenderKey } from '../../../../src/secrets/caller.js';
import type { Purpose } from '../../../../src/secrets/operations.js';
import { SecretPrefix, SecretUri } from '../../../../src/secrets/secret-uri.js';

export type Files = Readonly<Record<string, string>>;

/** Who asks what, in few words; a uri that ends in a slash is a prefix. */
export interface Asked {
  readonly uri?: string;
  readonly purpose?: Purpose;
  readonly subject?: string;
  readonly client?: string;
  readonly tenant?: string;
  readonly groups?: readonly string[];
  readonly roles?: readonly string[];
  readonly facts?: ResourceFacts;
  readonly audience?: readonly string[];
  readonly tokenId?: string;
  readonly senderKey?: SenderKey;
  readonly correlationId?: string;
  /** Nobody showed a token. */
  readonly anonymous?: boolean;
}

export function question(asked: Asked = {}): PolicyQuestion {
  const { uri = 'yaml://secret/app/api', purpose = 'read', facts = {}, correlationId = 'c-1' } = asked;
  const resource = uri.endsWith('/') ? SecretPrefix.parse(uri) : SecretUri.parse(uri);
  return { caller: caller(asked), purpose, resource, facts, correlationId };
}

function caller({ subject = 'alice', client, tenant = 'dev', anonymous, ...token }: Asked): Caller {
  if (anonymous) return { subject: 'anonymous', clientId: undefined, tenantId: tenant, token: undefined };
  return {
    subject,
    clientId: client,
    tenantId: tenant,
    token: {
      issuer: 'https://idp.example',
      audience: token.audience ?? ['crud.secrets'],
      tokenId: token.tokenId,
      scopes: new Set(),
      groups: token.groups ?? [],
      roles: token.roles ?? [],
      senderKey: token.senderKey,
    },
  };
}

const opened: { folder: string; pdp: CedarPdp | undefined }[] = [];

/** Ends everything that a test started; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const { folder, pdp } of opened.splice(0)) {
    await pdp?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export async function folderWith(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cedar-'));
  opened.push({ folder, pdp: undefined });
  await writeFiles(folder, files);
  return folder;
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

/** A decision point over a folder of its own, or over one that is there; one text is a folder with one file. */
export async function startCedar(policies: Files | string, options?: CedarPdpOptions): Promise<CedarPdp> {
  const folder = await folderWith(typeof policies === 'string' ? { 'all.cedar': policies } : policies);
  return startCedarOn(folder, options);
}

export async function startCedarOn(folder: string, options?: CedarPdpOptions): Promise<CedarPdp> {
  const pdp = await CedarPdp.load(folder, options);
  opened.push({ folder: `${folder}.none`, pdp });
  return pdp;
}

export async function decide(pdp: CedarPdp, asked: Asked = {}): Promise<PolicyDecision> {
  const [decision] = await pdp.decide([question(asked)]);
  if (decision === undefined) throw new Error('no decision came back');
  return decision;
}

export async function effectOf(pdp: CedarPdp, asked: Asked = {}): Promise<PolicyDecision['effect']> {
  return (await decide(pdp, asked)).effect;
}

export function looksAtFacts(pdp: CedarPdp, asked: Asked = {}): boolean | undefined {
  return pdp.needsFacts([question(asked)])[0];
}
