// Calls an AWS API without a client of the AWS SDK, which would be a package for one lookup. Reads only.
import type * as sha256 from "@aws-crypto/sha256-js";
import type * as sts from "@aws-sdk/client-sts";
import type * as signature from "@smithy/signature-v4";
import { type AwsContext, dnsSuffixOf } from "./context";
import { clientConfig } from "./sdk";

/** A service by the names that its API uses. */
export interface CalledService {
  /** Name in signatures, `config`. */
  scope: string;
  /** Name in host names, `config` in `config.eu-central-1.amazonaws.com`. */
  host: string;
  /** Name in variables of the AWS SDK for endpoints, `CONFIG_SERVICE` in `AWS_ENDPOINT_URL_CONFIG_SERVICE`. */
  id: string;
}

export interface SignedRequest {
  method: "GET" | "POST";
  /** `/analyzer` */
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** JSON. Absent for requests without a body. */
  body?: object;
}

/** An error that AWS returned. `name` is the error code. */
export class CallError extends Error {
  constructor(code: string, message: string) {
    super(message);
    this.name = code;
  }
}

const timeoutMilliseconds = 10_000;
const attempts = 4;
const firstDelayMilliseconds = 200;
const isTransient = (status: number, code: string) => status >= 500 || status === 429 || /Throttl|TooManyRequests/.test(code);
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** AWS returns the code in a header, `Code:http://…`, or in the body, `namespace#Code`. */
const codeOf = (header: string | null, body: { __type?: string; code?: string }) =>
  (header ?? body.__type ?? body.code ?? "UnknownError").split(":")[0]!.split("#").at(-1)!;

/**
 * The answer of AWS to a request in the region of a stack, with the credentials of the program. Repeats throttled and interrupted requests.
 * Errors: `CallError` with the error code of AWS; `Error` if AWS does not answer in time.
 */
export async function signedCall<T>(
  { region, partition }: Pick<AwsContext, "region" | "partition">,
  { scope, host, id }: CalledService,
  { method, path, query = {}, headers = {}, body }: SignedRequest,
): Promise<T> {
  /* eslint-disable @typescript-eslint/no-require-imports -- only a core stack with `audit` needs the packages */
  const { STSClient } = require("@aws-sdk/client-sts") as typeof sts;
  const { SignatureV4 } = require("@smithy/signature-v4") as typeof signature;
  const { Sha256 } = require("@aws-crypto/sha256-js") as typeof sha256;
  /* eslint-enable @typescript-eslint/no-require-imports */
  const endpoint = process.env[`AWS_ENDPOINT_URL_${id}`] ?? process.env.AWS_ENDPOINT_URL;
  const url = new URL(path, endpoint ?? `https://${host}.${region}.${dnsSuffixOf({ partition })}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const client = new STSClient(clientConfig(region));
  const signer = new SignatureV4({ service: scope, region, credentials: await client.config.credentials(), sha256: Sha256 });
  client.destroy();
  const text = body === undefined ? undefined : JSON.stringify(body);
  for (let attempt = 1; ; attempt++) {
    const signed = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== "" && { port: Number(url.port) }),
      path: url.pathname,
      query,
      headers: { host: url.host, ...(text !== undefined && { "content-type": "application/json" }), ...headers },
      ...(text !== undefined && { body: text }),
    });
    const response = await fetch(url, {
      method,
      headers: signed.headers,
      ...(text !== undefined && { body: text }),
      signal: AbortSignal.timeout(timeoutMilliseconds),
    }).catch((error: unknown) => {
      // A lost connection. The call is a read, so AWS can receive it twice.
      if (error instanceof TypeError && attempt < attempts) return undefined;
      throw error;
    });
    if (!response) continue;
    const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    if (response.ok) return answer as T;
    const code = codeOf(response.headers.get("x-amzn-errortype"), answer);
    if (!isTransient(response.status, code) || attempt === attempts)
      throw new CallError(code, `${scope} ${method} ${path}: ${String(answer.message ?? answer.Message ?? response.statusText)} (${code})`);
    await wait(firstDelayMilliseconds * 2 ** (attempt - 1));
  }
}
