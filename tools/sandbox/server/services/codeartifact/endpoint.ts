// Answers pip and twine at the repository endpoint. AWS has one host name for each domain; the sandbox has the path
// `/pypi/d/<domain>-<account>/<repository>/` of "Use the codeartifact.repositories endpoint without private DNS".
// Source: AWS CodeArtifact "Python compatibility", "Packages overview"; PyPI "Legacy API".
import { createHash } from "node:crypto";
import { type HttpAnswer, type HttpRequest } from "../../http";
import { type PlainRequests } from "../../service";
import { isDenied } from "./policy";
import { normalized, type Repository, type State, type Token } from "./state";

const path = /^\/pypi\/d\/(?<domain>[a-z][a-z0-9-]*[a-z0-9])-(?<account>\d{12})\/(?<repository>[\w.-]+)\/(?<rest>[^?]*)/;

const answer = (status: number, body: string | Buffer, type = "text/plain"): HttpAnswer => ({
  status,
  headers: { "content-type": type, ...(status === 401 && { "www-authenticate": 'Basic realm="domain"' }) },
  body: Buffer.from(body),
});
const json = (status: number, message: string) => answer(status, JSON.stringify({ message }), "application/json");

/** The password of HTTP Basic authentication. The user name has no effect. */
function tokenOf({ headers }: HttpRequest): string | undefined {
  const [, encoded] = /^Basic (.+)$/i.exec(headers.authorization ?? "") ?? [];
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString().split(":").slice(1).join(":");
}

/** The region in a token: `GetAuthorizationToken` puts it in front of the random part. */
export const tokenIn = (region: string, random: string) => `${region}.${random}`;
const regionIn = (token: string) => /^([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(token)?.[1];

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The page of a project. CodeArtifact has no list of projects. */
function page({ packages }: Repository, project: string): HttpAnswer {
  const versions = packages[project];
  if (!versions) return json(404, `Package '${project}' not found.`);
  const links = Object.entries(versions).flatMap(([version, { assets, requiresPython }]) =>
    Object.entries(assets).map(([name, { sha256 }]) => {
      const requires = requiresPython === undefined ? "" : ` data-requires-python="${escaped(requiresPython)}"`;
      return `<a href="${version}/${name}#sha256=${sha256}"${requires}>${name}</a><br/>`;
    }),
  );
  return answer(200, `<!DOCTYPE html><html><body>${links.join("\n")}</body></html>`, "text/html");
}

function file({ packages }: Repository, project: string, version: string, name: string): HttpAnswer {
  const asset = packages[project]?.[version]?.assets[name];
  return asset ? answer(200, Buffer.from(asset.content, "base64"), "application/octet-stream") : json(404, `Asset '${name}' not found.`);
}

/** Adds an asset to a version. A repeated upload of the same content succeeds; other content is a conflict. */
async function upload(repository: Repository, { headers, body }: HttpRequest): Promise<HttpAnswer> {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": headers["content-type"] ?? "" } })
    .formData()
    .catch(() => undefined);
  const text = (name: string) => {
    const value = form?.get(name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const content = form?.get("content");
  const [name, version] = [text("name"), text("version")];
  if (text(":action") !== "file_upload" || name === undefined || version === undefined || !(content instanceof File))
    return json(400, "The request is not an upload of a file.");
  const bytes = Buffer.from(await content.arrayBuffer());
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (text("sha256_digest") !== undefined && text("sha256_digest") !== sha256)
    return json(400, "The content does not have the SHA-256 hash.");
  const versions = (repository.packages[normalized(name)] ??= {});
  const requiresPython = text("requires_python");
  const found = (versions[version] ??= { revision: "", assets: {}, ...(requiresPython !== undefined && { requiresPython }) });
  const present = found.assets[content.name];
  if (present && present.sha256 !== sha256) return json(409, `Asset '${content.name}' already exists with other content.`);
  found.assets[content.name] = { sha256, content: bytes.toString("base64") };
  found.revision = createHash("sha256").update(Object.keys(found.assets).sort().join()).digest("base64");
  return answer(200, "");
}

/** The token, if it is valid for a domain. */
function validToken(state: State, token: string | undefined, domain: string): Token | undefined {
  const found = token === undefined ? undefined : state.tokens[token];
  return found?.domain === domain && found.expires > Date.now() / 1000 ? found : undefined;
}

export const packageRequests: PlainRequests<State> = {
  locate(request) {
    const { account } = path.exec(request.target)?.groups ?? {};
    if (account === undefined) return undefined;
    return { account, region: regionIn(tokenOf(request) ?? "") ?? "us-east-1" };
  },
  async answer(request, state, { account, region }) {
    const { domain = "", repository: name = "", rest = "" } = path.exec(request.target)!.groups!;
    const [, project, version, filename] = /^simple\/([^/]+)\/(?:([^/]+)\/([^/]+))?$/.exec(decodeURIComponent(rest)) ?? [];
    const isUpload = request.method === "POST" && rest === "";
    const operation = isUpload ? "PublishPackageVersion" : "ReadFromRepository";
    const token = validToken(state, tokenOf(request), domain);
    if (!token) return { operation, ...json(401, "Unauthenticated: Missing, expired or invalid token.") };
    const principal = token.principal;
    const repository = state.repositories[`${domain}/${name}`];
    if (!repository) return { operation, principal, ...json(404, `Repository '${name}' not found.`) };
    const caller = { account, region, arn: principal, accessKeyId: "" };
    if (isDenied(repository.policy?.document, caller, `codeartifact:${operation}`))
      return { operation, principal, ...json(403, `User: ${principal} is not authorized to perform: codeartifact:${operation}`) };
    if (isUpload) return { operation, principal, ...(await upload(repository, request)) };
    if (request.method !== "GET" && request.method !== "HEAD") return { operation, principal, ...json(405, "Method not allowed.") };
    if (project === undefined) return { operation, principal, ...json(404, "Not found.") };
    const found = normalized(project);
    return { operation, principal, ...(version === undefined ? page(repository, found) : file(repository, found, version, filename!)) };
  },
};
