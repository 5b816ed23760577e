// Checks names, descriptions and tags by rules that AWS documents or reports, but that its service models do not contain.
import { isObject } from "@cloister/common";
import { AwsError } from "../aws-error";

interface TextRule {
  /** The operations of the rule. */
  operations: RegExp;
  /** Members with the text, from the input down. `*` stands for the elements of a list. */
  members: string[];
  accepts: (text: string) => boolean;
  error: (text: string, member: string) => AwsError;
}

interface Tag {
  Key: string;
  Value?: string;
}

/** A rule on the tags of a request. Returns AWS's error for tags that break the rule. */
interface TagRule {
  operations: RegExp;
  error: (tags: readonly Tag[]) => AwsError | undefined;
}

const ec2Set = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*";
const ec2Text = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;
const invalidValue = (message: string) => new AwsError("InvalidParameterValue", message);
/** Source: error texts in github.com/aws-cloudformation/cfn-lint/issues/173 and hashicorp/terraform-provider-aws/pull/43854. */
const ec2Rule = (operations: RegExp, what: string, members: string[]): TextRule => ({
  operations,
  members,
  accepts: (text) => ec2Text.test(text),
  error: (text, member) =>
    invalidValue(
      /^[ -~]*$/.test(text) || what !== "security group"
        ? `Invalid ${what} description. Valid descriptions are strings less than 256 characters from the following set:  ${ec2Set}`
        : `Value (${text}) for parameter ${member === "Description" ? "GroupDescription" : member} is invalid. Character sets beyond ASCII are not supported.`,
    ),
});

/** By folder of the service model. */
const textRules: Record<string, TextRule[]> = {
  ec2: [
    ec2Rule(/^CreateSecurityGroup$/, "security group", ["Description", "GroupName"]),
    ec2Rule(
      /^(Authorize|Revoke|Update)SecurityGroup/,
      "rule",
      ["IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"].map((target) => `IpPermissions.*.${target}.*.Description`),
    ),
    ec2Rule(/^ModifySecurityGroupRules$/, "rule", ["SecurityGroupRules.*.SecurityGroupRule.Description"]),
    ec2Rule(/^UpdateSecurityGroupRuleDescriptions/, "rule", ["SecurityGroupRuleDescriptions.*.Description"]),
  ],
};

const creates = /^(Create|Put|Tag|Add|Change|Register|Request|Allocate|Authorize)/;
const reserved = (code: string, message = "Tag keys must not start with aws:"): TagRule => ({
  operations: creates,
  error: (tags) => (tags.some(({ Key }) => /^aws:/i.test(Key)) ? new AwsError(code, message) : undefined),
});
const atMost = (count: number, code: string, message: string): TagRule => ({
  operations: creates,
  error: (tags) => (tags.length > count ? new AwsError(code, message) : undefined),
});

/** By folder of the service model. */
const tagRules: Record<string, TagRule[]> = {
  // Source: AWS API `Tag` of EC2; EC2 "Tag your Amazon EC2 resources", restrictions. Text of a long value:
  // github.com/iriusrisk/GoCD-EC2-Elastic-Agent-Plugin/issues/24.
  ec2: [
    reserved("InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use"),
    atMost(50, "TagLimitExceeded", "The maximum number of tags on a resource is 50."),
    {
      operations: creates,
      error: (tags) => {
        const long = tags.find(({ Key }) => Key.length > 127);
        return long && invalidValue(`Tag key exceeds the maximum length of 127 characters: ${long.Key}`);
      },
    },
    {
      operations: creates,
      error: (tags) =>
        tags.some(({ Value = "" }) => Value.length > 256)
          ? invalidValue("Tag value exceeds the maximum length of 256 characters")
          : undefined,
    },
  ],
  // Source: github.com/aws/aws-cdk/issues/26253; IAM "Tags for IAM resources".
  iam: [
    reserved("InvalidInput"),
    {
      operations: creates,
      error: (tags) =>
        new Set(tags.map(({ Key }) => Key.toLowerCase())).size < tags.length
          ? new AwsError("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
          : undefined,
    },
  ],
  // Source: github.com/crossplane-contrib/provider-upjet-aws/issues/922; AWS API `Tag` of KMS.
  kms: [
    {
      operations: creates,
      error: (tags) =>
        tags.every(({ Key, Value = "" }) =>
          [Key, Value].every((text) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text) && !/^aws:/i.test(text)),
        )
          ? undefined
          : new AwsError("TagException", "Invalid tag"),
    },
    atMost(50, "TagException", "Too many tags"),
  ],
  sns: [
    reserved("InvalidParameter", "Invalid parameter: Tags Reason: aws: prefixed tag key names are not allowed for external use"),
    atMost(50, "TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded"),
  ],
  // The texts of these services are not known.
  budgets: [reserved("InvalidParameterException")],
  cloudwatch: [reserved("InvalidParameterValue")],
  events: [reserved("ValidationException")],
  logs: [reserved("InvalidParameterException")],
  "resource-groups": [reserved("BadRequestException")],
  route53: [reserved("InvalidInput")],
  route53resolver: [reserved("InvalidTagException")],
  sagemaker: [reserved("ValidationException")],
  ssm: [reserved("ValidationException"), atMost(50, "TooManyTagsError", "The maximum number of tags of a resource is 50.")],
};

/** The texts at a path in an input. */
function textsAt(value: unknown, [first, ...rest]: string[]): string[] {
  if (first === undefined) return typeof value === "string" ? [value] : [];
  if (first === "*") return Array.isArray(value) ? value.flatMap((element) => textsAt(element, rest)) : [];
  return isObject(value) ? textsAt(value[first], rest) : [];
}

/** A tag in a list. KMS has its own names for the members. */
function tagOf(item: unknown): Tag[] {
  if (!isObject(item)) return [];
  const { Key = item.TagKey, Value = item.TagValue } = item;
  return typeof Key === "string" ? [{ Key, Value: typeof Value === "string" ? Value : "" }] : [];
}

/** The tags in a request, by resource: in lists of keys and values, or in maps. */
function tagListsIn(input: Record<string, unknown>): Tag[][] {
  return Object.entries(input).flatMap(([member, value]): Tag[][] => {
    if (member === "TagSpecifications" && Array.isArray(value)) return value.filter(isObject).flatMap(tagListsIn);
    if (!/^(Add|Resource)?Tags$/i.test(member)) return [];
    if (Array.isArray(value)) return [value.flatMap(tagOf)];
    return isObject(value) ? [Object.entries(value).map(([Key, Value]) => ({ Key, Value: String(Value) }))] : [];
  });
}

/** Throws AWS's error for a text or tag that AWS rejects although it fits the service model. */
export function assertTexts(service: string, operation: string, input: Record<string, unknown>): void {
  for (const { operations, members, accepts, error } of textRules[service] ?? []) {
    if (!operations.test(operation)) continue;
    for (const member of members)
      for (const text of textsAt(input, member.split("."))) if (!accepts(text)) throw error(text, member.split(".").at(-1)!);
  }
  for (const { operations, error } of tagRules[service] ?? []) {
    if (!operations.test(operation)) continue;
    for (const tags of tagListsIn(input)) {
      const found = error(tags);
      if (found) throw found;
    }
  }
}
