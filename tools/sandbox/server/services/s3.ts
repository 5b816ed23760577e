import { AwsError } from "../aws-error";
import { type Patch, type PatchCall, patchedService, validateFirst } from "../service";
import { allows, awsPrincipals, matchesWildcard, type Statement, statementsOf, unknownPrincipal } from "../iam";
import { type HttpAnswer } from "../http";
import { parseXml } from "../wire/xml";

const malformed = (message: string) => new AwsError("MalformedPolicy", message);
const xml = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: Buffer.from(body),
});

async function bucketsOf(call: PatchCall, account: string): Promise<string[]> {
  const { Buckets } = (await call.moto("s3", "ListBuckets", {}, { account })) as { Buckets?: { Name: string }[] };
  return (Buckets ?? []).map(({ Name }) => Name);
}

/** A caller in another account needs permission from the bucket policy. moto would allow every caller. */
async function callerIsAllowed(call: PatchCall): Promise<void> {
  const { Bucket, Key } = call.input;
  const { account } = call.caller;
  if (Bucket === undefined || call.operation === "CreateBucket" || (await bucketsOf(call, account)).includes(String(Bucket))) return;
  for (const owner of call.accounts.filter((other) => other !== account)) {
    if (!(await bucketsOf(call, owner)).includes(String(Bucket))) continue;
    const policy = await policyOf(call, String(Bucket), owner);
    const resource = `arn:aws:s3:::${String(Bucket)}${Key === undefined ? "" : `/${String(Key)}`}`;
    if (!allows(statementsOf(policy) ?? [], call.caller, `s3:${actionOf(call.operation)}`, resource))
      throw new AwsError(
        "AccessDenied",
        `User: ${call.caller.arn} is not authorized to perform: s3:${actionOf(call.operation)} on resource: "${resource}"`,
        403,
      );
  }
}

async function policyOf(call: PatchCall, bucket: string, owner: string): Promise<string> {
  const answer = await call.moto("s3", "GetBucketPolicy", { Bucket: bucket }, { account: owner }).catch((error: unknown) => {
    if (error instanceof AwsError && error.code === "NoSuchBucketPolicy") return { Policy: "" };
    throw error;
  });
  return String(answer.Policy);
}

/** Bucket subresources that moto supports. moto treats a request for another subresource as a request for the bucket. */
const subresources = new Set(
  "accelerate acl cors delete encryption inventory lifecycle list-type location logging notification object-lock ownershipControls policy policyStatus publicAccessBlock replication requestPayment tagging uploads versioning versions website".split(
    " ",
  ),
);

function subresourceIsSupported({ input, operation, request }: PatchCall): void {
  const query = new URLSearchParams(request.target.split("?")[1] ?? "");
  // A query parameter without a value names a subresource. The other parameters are options of the operation.
  const unknown = [...query].find(
    ([name, value]) => input.Key === undefined && value === "" && !subresources.has(name) && !emptyOptions.has(name),
  );
  if (unknown) throw new AwsError("MethodNotAllowed", `The sandbox does not support operation '${operation}' of 's3' yet.`);
}

/** Options that clients can send without a value. */
const emptyOptions = new Set(["prefix", "delimiter", "marker", "start-after", "key-marker", "version-id-marker", "encoding-type"]);

/** IAM actions whose name differs from the name of the operation. */
const actions: Record<string, string> = {
  CopyObject: "PutObject",
  DeleteObjects: "DeleteObject",
  HeadBucket: "ListBucket",
  HeadObject: "GetObject",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
  ListObjectVersions: "ListBucketVersions",
};
const actionOf = (operation: string): string => actions[operation] ?? operation;

const nameIsAllowed = ({ input }: PatchCall): void => {
  const name = String(input.Bucket);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes("..") || /^\d+(\.\d+){3}$/.test(name) || name.startsWith("xn--"))
    throw new AwsError("InvalidBucketName", "The specified bucket is not valid.");
};

/** moto ignores the tags in the request. */
const createBucket: Patch = async (call) => {
  nameIsAllowed(call);
  const answer = await call.forward();
  const tags = /<Tags>.*<\/Tags>/s.exec(call.request.body.toString())?.[0];
  if (answer.status >= 300 || !tags) return answer;
  const set = tags.replace(/<(\/?)Tags>/g, "<$1TagSet>");
  const tagged = await call.send({
    ...call.request,
    target: `/${String(call.input.Bucket)}?tagging`,
    body: Buffer.from(`<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${set}</Tagging>`),
  });
  return tagged.status >= 300 ? tagged : answer;
};

/** Every bucket is encrypted, at least with S3 managed keys (since 2023). */
const getEncryption: Patch = async (call) => {
  const answer = await call.forward();
  if (!answer.body.includes("ServerSideEncryptionConfigurationNotFoundError")) return answer;
  return xml(
    200,
    '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>' +
      "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>",
  );
};

/** The payer is always the bucket owner, because the sandbox cannot change it. moto answers with a list of objects. */
const getRequestPayment: Patch = async (call) => {
  const answer = await call.forward();
  if (answer.status >= 300) return answer;
  return xml(
    200,
    '<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Payer>BucketOwner</Payer></RequestPaymentConfiguration>',
  );
};

/** Maximum bytes in a bucket policy. Source: Amazon S3 User Guide "Bucket policies". */
const policyLimit = 20_480;

/** Actions on objects, without wildcards. Source: Service Authorization Reference, Amazon S3. */
const onObjects =
  /^s3:((Get|Put|Delete|Restore)Object(?!LockConfig)\w*|AbortMultipartUpload|ListMultipartUploadParts|BypassGovernanceRetention)$/i;
const listOf = (value: string | string[] = []) => (Array.isArray(value) ? value : [value]);

/** A statement has actions, and resources to which one of them applies. Error text: versity/versitygw issue 645. */
function statementFits(statement: Statement): void {
  const [actions, resources] = [listOf(statement.Action), listOf(statement.Resource)];
  if (actions.length === 0 && !("NotAction" in statement)) throw malformed("Missing required field Action");
  const objects = resources.filter((resource) => /[/*]/.test(resource.split(":").at(-1)!));
  if (actions.length > 0 && actions.every((action) => onObjects.test(action)) && resources.length > 0 && objects.length === 0)
    throw malformed("Action does not apply to any resource(s) in statement");
}

/** Condition keys that limit a statement, if all values are fixed. Source: Amazon S3 User Guide "The meaning of 'public'". */
const limitingKeys = /^(aws:(Principal\w+|Source(Arn|Vpc|Vpce|Owner|Account|Ip)|userid)|s3:DataAccessPoint(Arn|Account))$/i;

/** Whether a statement allows access by principals, networks or access points that are not fixed. */
function isPublic(statement: Statement): boolean {
  if (statement.Effect !== "Allow" || !awsPrincipals(statement).includes("*")) return false;
  const conditions = Object.values(statement.Condition ?? {}).flatMap((keys) => Object.entries(keys as Record<string, string | string[]>));
  return !conditions.some(([key, values]) => limitingKeys.test(key) && listOf(values).every((value) => !/[*?]|\$\{/.test(value)));
}

/** A bucket policy must be about this bucket, name existing principals, and comply with the bucket's public access block. */
async function policyFits(call: PatchCall): Promise<void> {
  const bucket = String(call.input.Bucket);
  if (!(await bucketsOf(call, call.caller.account)).includes(bucket)) return;
  const statements = statementsOf(call.request.body.toString());
  if (!statements) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  if (call.request.body.length > policyLimit) throw malformed("Policy exceeds the maximum allowed document size.");
  statements.forEach(statementFits);
  const arn = `arn:aws:s3:::${bucket}`;
  const foreign = statements.flatMap(({ Resource }) => Resource ?? []).find((resource) => !matchesWildcard(resource.split("/")[0]!, arn));
  if (foreign) throw malformed("Policy has invalid resource");
  if (await unknownPrincipal(statements, call)) throw malformed("Invalid principal in policy");
  if (statements.some(isPublic) && (await blocksPublicPolicies(call, bucket)))
    throw new AwsError(
      "AccessDenied",
      `User: ${call.caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${arn}" because public policies are blocked by the BlockPublicPolicy block public access setting.`,
      403,
    );
}

async function blocksPublicPolicies(call: PatchCall, bucket: string): Promise<boolean> {
  const answer = await call.moto("s3", "GetPublicAccessBlock", { Bucket: bucket }).catch(() => ({}));
  const { PublicAccessBlockConfiguration } = answer as { PublicAccessBlockConfiguration?: { BlockPublicPolicy?: boolean } };
  return PublicAccessBlockConfiguration?.BlockPublicPolicy === true;
}

/** Source: Amazon S3 API reference, "Error responses". */
async function hasNoAccessPoints(call: PatchCall): Promise<void> {
  const { account } = call.caller;
  const { AccessPointList = [] } = (await call.moto("s3control", "ListAccessPoints", { AccountId: account }, { account })) as {
    AccessPointList?: { Bucket: string }[];
  };
  if (AccessPointList.some(({ Bucket }) => Bucket === call.input.Bucket))
    throw new AwsError("BucketHasAccessPointsAttached", "The bucket that you tried to delete has access points attached.");
}

type Node = ReturnType<typeof parseXml>;
const child = (node: Node | undefined, name: string): Node[] => {
  const found = node === undefined || typeof node === "string" ? undefined : node[name];
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
};
const text = (node: Node | undefined, name: string): string | undefined => {
  const [found] = child(node, name);
  return typeof found === "string" ? found : undefined;
};
const invalidArgument = (message: string) => new AwsError("InvalidArgument", message);
const malformedXml = () =>
  new AwsError("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

/** Elements in a lifecycle rule that are actions. */
const lifecycleActions = [
  "AbortIncompleteMultipartUpload",
  "Expiration",
  "NoncurrentVersionExpiration",
  "NoncurrentVersionTransition",
  "Transition",
];

/** Minimum age of an object, in days, before a transition to these storage classes. */
const minimumAge: Record<string, number> = { STANDARD_IA: 30, ONEZONE_IA: 30 };

function ruleFits(rule: Node): void {
  if (!["Enabled", "Disabled"].includes(text(rule, "Status") ?? "")) throw malformedXml();
  if ((text(rule, "ID") ?? "").length > 255) throw invalidArgument("ID length should not exceed allowed limit of 255");
  if (lifecycleActions.every((name) => child(rule, name).length === 0))
    throw new AwsError("InvalidRequest", "At least one action needs to be specified in a rule");
  const periods = lifecycleActions.flatMap((name) =>
    child(rule, name).flatMap((action) =>
      ["Days", "NoncurrentDays", "DaysAfterInitiation"].flatMap((member) => {
        const days = text(action, member);
        return days === undefined ? [] : [{ name, member, days: Number(days), storage: text(action, "StorageClass") }];
      }),
    ),
  );
  for (const { name, member, days, storage } of periods) {
    // Objects can change their storage class on the day of their creation, unless the new storage class has a minimum age.
    const least = storage === undefined ? 1 : (minimumAge[storage] ?? 0);
    if (!Number.isInteger(days) || days < Math.min(least, 1))
      throw invalidArgument(`'${member}' for ${name} action must be a positive integer`);
    if (days < least)
      throw invalidArgument(`'${member}' in ${name} action must be greater than or equal to ${least} for storageClass '${storage}'`);
  }
}

const daysOf = (rule: Node, action: string, member: string): number[] =>
  child(rule, action).flatMap((item) => {
    const days = text(item, member);
    return days === undefined ? [] : [Number(days)];
  });

/** Objects expire after their transitions. Source: Amazon S3 User Guide "Lifecycle configuration elements". */
function agesFit(rule: Node): void {
  const pairs = [
    ["Expiration", "Transition", "Days"],
    ["NoncurrentVersionExpiration", "NoncurrentVersionTransition", "NoncurrentDays"],
  ] as const;
  for (const [expiration, transition, member] of pairs)
    if (daysOf(rule, expiration, member).some((end) => daysOf(rule, transition, member).some((days) => days >= end)))
      throw invalidArgument(`'${member}' in the ${expiration} action must be greater than '${member}' in the ${transition} action`);
  if (daysOf(rule, "NoncurrentVersionExpiration", "NewerNoncurrentVersions").some((count) => count > 100))
    throw invalidArgument("'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be from 1 to 100");
  const filters = child(rule, "Filter").flatMap((filter) => [filter, ...child(filter, "And")]);
  if (child(rule, "AbortIncompleteMultipartUpload").length > 0 && filters.some((filter) => child(filter, "Tag").length > 0))
    throw new AwsError("InvalidRequest", "AbortIncompleteMultipartUpload cannot be specified with Tags.");
}

const lifecycleFits = ({ request }: PatchCall): void => {
  // The sandbox does not store this header; the programs here do not send another value.
  const size = request.headers["x-amz-transition-default-minimum-object-size"] ?? "all_storage_classes_128K";
  if (size !== "all_storage_classes_128K") throw invalidArgument(`The sandbox does not support the minimum object size '${size}'.`);
  const rules = child(parseXml(request.body.toString()), "Rule");
  if (rules.length === 0) throw malformedXml();
  if (rules.length > 1000)
    throw new AwsError("InvalidRequest", "The number of lifecycle rules must not exceed the allowed limit of 1000 rules");
  rules.forEach(ruleFits);
  rules.forEach(agesFit);
  const ids = rules.flatMap((rule) => text(rule, "ID") ?? []);
  if (new Set(ids).size < ids.length) throw invalidArgument("Rule ID must be unique. Found same ID for more than one rule");
};

const lockFits = ({ request }: PatchCall): void => {
  const lock = parseXml(request.body.toString());
  if (text(lock, "ObjectLockEnabled") !== "Enabled") throw malformedXml();
  for (const rule of child(lock, "Rule")) {
    const [retention] = child(rule, "DefaultRetention");
    const periods = ["Days", "Years"].flatMap((name) => text(retention, name) ?? []);
    if (!["GOVERNANCE", "COMPLIANCE"].includes(text(retention, "Mode") ?? "") || periods.length !== 1) throw malformedXml();
    if (!/^[1-9]\d*$/.test(periods[0]!)) throw invalidArgument("Default retention period must be a positive integer value");
    if (Number(text(retention, "Days") ?? 0) > 36_500 || Number(text(retention, "Years") ?? 0) > 100)
      throw invalidArgument("Default retention period too large");
  }
};

/** Error text: versity/versitygw issue 1330. */
const isLocked = () => new AwsError("AccessDenied", "Access Denied because object protected by object lock.", 403);

/**
 * A lock in compliance mode can only get longer. A lock in governance mode also changes with a bypass.
 * Source: Amazon S3 User Guide "Locking objects with Object Lock", retention modes.
 */
async function retentionFits(call: PatchCall): Promise<void> {
  // The same object, without the name of the subresource.
  const target = call.request.target.replace(/([?&])retention=?(&|$)/, "$1");
  const { headers } = await call.send({ ...call.request, method: "HEAD", target, body: Buffer.alloc(0) });
  const mode = headers["x-amz-object-lock-mode"];
  const until = Date.parse(headers["x-amz-object-lock-retain-until-date"] ?? "");
  if (mode === undefined || !(until > Date.now())) return;
  const after = parseXml(call.request.body.toString());
  const isLonger = Date.parse(text(after, "RetainUntilDate") ?? "") >= until && text(after, "Mode") === mode;
  const bypass = mode === "GOVERNANCE" && call.request.headers["x-amz-bypass-governance-retention"] === "true";
  if (!isLonger && !bypass) throw isLocked();
}

/** The values of an element in the body of a request. */
const oneOf =
  (element: string, ...values: string[]) =>
  ({ request }: PatchCall): void => {
    const found = [...request.body.toString().matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))].map(([, value]) => value!);
    if (found.length !== 1 || !values.includes(found[0]!)) throw malformedXml();
  };

/** moto stores an object under any key. Source: AWS KMS error NotFoundException, as S3 reports it. */
async function keyOfObjectExists(call: PatchCall): Promise<void> {
  const { SSEKMSKeyId: key } = call.input;
  if (key === undefined || String(key).startsWith("alias/aws/")) return;
  const owner = /^arn:[^:]+:kms:[^:]+:(\d{12}):/.exec(String(key))?.[1];
  await call.moto("kms", "DescribeKey", { KeyId: key }, { account: owner }).catch(() => {
    throw new AwsError("KMS.NotFoundException", `Key '${String(key)}' does not exist`);
  });
}

export const s3 = patchedService({
  scope: "s3",
  model: "s3",
  throttling: { code: "SlowDown", status: 503 },
  leftovers: [{ type: "Bucket", global: true, operation: "ListBuckets", list: "Buckets", id: "Name" }],
  async checkEveryCall(call) {
    subresourceIsSupported(call);
    await callerIsAllowed(call);
  },
  patches: {
    CreateBucket: createBucket,
    DeleteBucket: validateFirst(hasNoAccessPoints),
    GetBucketEncryption: getEncryption,
    GetBucketRequestPayment: getRequestPayment,
    PutBucketEncryption: validateFirst(oneOf("SSEAlgorithm", "AES256", "aws:kms", "aws:kms:dsse")),
    PutBucketLifecycleConfiguration: validateFirst(lifecycleFits),
    PutBucketOwnershipControls: validateFirst(oneOf("ObjectOwnership", "BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")),
    PutBucketPolicy: validateFirst(policyFits),
    PutBucketVersioning: validateFirst(oneOf("Status", "Enabled", "Suspended")),
    PutObject: validateFirst(keyOfObjectExists),
    PutObjectLockConfiguration: validateFirst(lockFits),
    PutObjectRetention: validateFirst(retentionFits),
  },
});
