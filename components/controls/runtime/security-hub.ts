// Imports findings to AWS Security Hub. The client of the AWS SDK would double the size of the function for one call.
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { dnsSuffixOf } from "../../aws/context";
import { variable } from "../../functions/runtime/variables";

/** Imports a finding in the AWS Security Finding Format. */
export type Findings = (finding: Record<string, unknown>) => Promise<void>;

const attempts = 6;
const firstDelayMilliseconds = 200;
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Lambda provides the credentials of the execution role in these environment variables. */
const roleCredentials = (): Credentials => ({
  accessKeyId: variable("AWS_ACCESS_KEY_ID"),
  secretAccessKey: variable("AWS_SECRET_ACCESS_KEY"),
  sessionToken: variable("AWS_SESSION_TOKEN"),
});

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** The answer to one call of AWS Security Hub. */
export async function signedCall(
  method: "GET" | "POST",
  path: string,
  { partition, region }: { partition: string; region: string },
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  body?: string,
): Promise<{ status: number; text: string }> {
  const { AWS_ENDPOINT_URL_SECURITYHUB, AWS_ENDPOINT_URL } = process.env;
  const endpoint = AWS_ENDPOINT_URL_SECURITYHUB ?? AWS_ENDPOINT_URL ?? `https://securityhub.${region}.${dnsSuffixOf({ partition })}`;
  const url = new URL(path, endpoint);
  const signer = new SignatureV4({
    service: "securityhub",
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== "" && { port: Number(url.port) }),
    path: url.pathname,
    query: {},
    headers: { host: url.host, "content-type": "application/json" },
    body,
  });
  const answer = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  return { status: answer.status, text: await answer.text() };
}

/** Whether the import failed for a reason that does not last. */
const isTransient = (status: number) => status === 429 || status >= 500;

/**
 * Source: AWS API `BatchImportFindings`.
 * Errors: an `Error` if Security Hub rejects the finding, or is not enabled in the account and region.
 */
export function securityHubFindings(context: { partition: string; region: string }): Findings {
  return async (finding) => {
    const body = JSON.stringify({ Findings: [finding] });
    for (let attempt = 1; ; attempt++) {
      const { status, text } = await signedCall("POST", "/findings/import", context, roleCredentials(), body);
      const failed = status === 200 ? (JSON.parse(text) as { FailedCount?: number }).FailedCount !== 0 : true;
      if (!failed) return;
      if (!isTransient(status) || attempt === attempts) throw new Error(`AWS Security Hub did not import the finding (${status}): ${text}`);
      await wait(firstDelayMilliseconds * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  };
}
