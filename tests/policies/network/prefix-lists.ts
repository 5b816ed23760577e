import { type TestResource, UNKNOWN } from "../../helpers/evaluate";
import { type StackCase } from "../table";

const list = "aws:ec2/managedPrefixList:ManagedPrefixList";
const entry = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry";
const mixedRule = "aws:ec2/securityGroupRule:SecurityGroupRule";

/** Test cases for the prefix lists in the direction of a security group guardrail. */
interface Expected {
  direction: "ingress" | "egress";
  /** Types with inline rules. */
  groups: string[];
  /** Type of a separate rule for this direction only. */
  separate: string;
  all(range: string): RegExp;
  together: RegExp;
  unreadable: RegExp;
  isPublicRejected?: true;
}

const listOf = (...cidrs: string[]): TestResource => ({ type: list, name: "list", props: { entries: cidrs.map((cidr) => ({ cidr })) } });
const entryOf = (cidr: string, name = "entry"): TestResource => ({
  type: entry,
  name,
  props: { cidr, prefixListId: UNKNOWN },
  propertyDependencies: { prefixListId: ["list"] },
});
const escaped = (text: string) => text.replaceAll(".", "\\.");

/** Cases for prefix lists in rules of every resource type, at preview and after an update. */
export function prefixListCases({ direction, groups, separate, all, together, unreadable, isPublicRejected }: Expected): StackCase[] {
  /** By form: the rule that refers to prefix lists, and the sources of each property. */
  const forms: Record<string, (ids: unknown[], sources: string[], more?: object) => TestResource> = {
    ...Object.fromEntries(
      groups.map((type) => [
        `inline rule (${type.split(":")[2]})`,
        (ids: unknown[], sources: string[], more: object = {}): TestResource => ({
          type,
          name: "rule",
          props: { [direction]: [{ protocol: "-1", prefixListIds: ids, ...more }] },
          propertyDependencies: { [direction]: sources },
        }),
      ]),
    ),
    SecurityGroupRule: (ids, sources, more = {}) => ({
      type: mixedRule,
      name: "rule",
      props: { type: direction, protocol: "-1", prefixListIds: ids, ...more },
      propertyDependencies: { prefixListIds: sources },
    }),
    [separate.split(":")[2]!]: (ids, sources) => ({
      type: separate,
      name: "rule",
      props: { ipProtocol: "-1", prefixListId: ids[0] },
      propertyDependencies: { prefixListId: sources },
    }),
  };
  return Object.entries(forms).flatMap(([form, rule]): StackCase[] => {
    const atPreview = rule([UNKNOWN], ["list"]);
    const halves = isPublicRejected ? 2 : 0;
    return [
      { it: `accepts private entries of a prefix list of the stack in ${form}`, resources: [listOf("10.0.0.0/8", "fd00::/8"), atPreview] },
      ...["0.0.0.0/0", "::/0"].flatMap((range): StackCase[] => [
        {
          it: `rejects ${range} in a prefix list of the stack in ${form}`,
          resources: [listOf("10.0.0.0/8", range), atPreview],
          want: [["rule", all(escaped(range))]],
        },
        {
          it: `rejects ${range} in an entry of a prefix list of the stack in ${form}`,
          resources: [{ type: list, name: "list" }, entryOf(range), atPreview],
          want: [["rule", all(escaped(range))]],
        },
      ]),
      {
        it: `rejects all addresses in a prefix list of the stack after an update in ${form}`,
        resources: [{ ...listOf("0.0.0.0/0"), props: { id: "pl-own", entries: [{ cidr: "0.0.0.0/0" }] } }, rule(["pl-own"], [])],
        want: [["rule", all(escaped("0.0.0.0/0"))]],
      },
      {
        it: `rejects all addresses in a prefix list of the stack that allowedPrefixLists lists in ${form}`,
        resources: [listOf("0.0.0.0/0"), atPreview],
        settings: { allowedPrefixLists: ["list"] },
        want: [["rule", all(escaped("0.0.0.0/0"))]],
      },
      {
        it: `rejects two halves of all addresses in a prefix list of the stack in ${form}`,
        resources: [listOf("0.0.0.0/1", "128.0.0.0/1"), atPreview],
        want: [...Array.from({ length: halves }, (): [string, RegExp] => ["rule", /^Ingress from public range /]), ["rule", together]],
      },
      ...(form === separate.split(":")[2]
        ? []
        : [
            {
              it: `rejects one half in a prefix list of the stack and one beside it in ${form}`,
              resources: [listOf("128.0.0.0/1"), rule([UNKNOWN], ["list"], { cidrBlocks: ["0.0.0.0/1"] })],
              want: [
                ...(isPublicRejected
                  ? ([["rule", /^Ingress from public range 128\.0\.0\.0\/1 in prefix list 'list'/]] as [string, RegExp][])
                  : []),
                ["rule", together] as [string, RegExp],
              ],
            },
          ]),
      {
        it: `advises against a prefix list of the stack with an unknown entry in ${form}`,
        resources: [{ type: list, name: "list" }, { ...entryOf(""), props: { cidr: UNKNOWN, prefixListId: UNKNOWN } }, atPreview],
        advice: [["rule", unreadable]],
      },
      {
        it: `advises against a prefix list of another stack in ${form}`,
        resources: [rule(["pl-other"], [])],
        advice: [["rule", unreadable]],
      },
      {
        it: `advises against a prefix list whose ID comes from another stack in ${form}`,
        resources: [{ type: "pulumi:pulumi:StackReference", name: "hub" }, rule([UNKNOWN], ["hub"])],
        advice: [["rule", /a prefix list that is unknown at preview is allowed/]],
      },
    ];
  });
}
