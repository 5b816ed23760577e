// Implements Route 53 private hosted zones, their records and their VPCs. Changes are in sync at once. Names are not resolved.
import { isIPv4, isIPv6 } from "node:net";
import { AwsError } from "../aws-error";
import { type Check, type PatchCall, patchedService, validateFirst } from "../service";
import { privateNamesOf } from "./ec2";

type Item = Record<string, unknown>;

interface Vpc {
  VPCId?: string;
  VPCRegion?: string;
}

const bare = (name: unknown) => String(name).replace(/\.$/, "").replace("\\052", "*").toLowerCase();
const conflict = (vpc: Vpc, name: string) =>
  new AwsError(
    "ConflictingDomainExists",
    `The VPC ${String(vpc.VPCId)} in region ${String(vpc.VPCRegion)} has already been associated with a hosted zone, or an endpoint, that answers ${name}`,
  );

async function listIn(call: PatchCall, { VPCRegion }: Vpc, operation: string, list: string, input: object = {}): Promise<Item[]> {
  return ((await call.moto("ec2", operation, input, { region: VPCRegion! }))[list] ?? []) as Item[];
}

/** A VPC resolves a name through one zone, or through one interface endpoint with private DNS, for which AWS creates a zone. */
async function nameIsFree(call: PatchCall, vpc: Vpc, zoneName: string): Promise<void> {
  const { VPCId } = vpc;
  const vpcs = await listIn(call, vpc, "DescribeVpcs", "Vpcs", { VpcIds: [VPCId] }).catch(() => []);
  if (vpcs.length === 0) throw new AwsError("InvalidVPCId", `The VPC: ${VPCId} that you provided is not a valid one of yours.`);
  const { HostedZoneSummaries } = await call.moto("route53", "ListHostedZonesByVPC", { VPCId, VPCRegion: vpc.VPCRegion });
  if (((HostedZoneSummaries ?? []) as Item[]).some(({ Name }) => bare(Name) === zoneName)) throw conflict(vpc, zoneName);
  const endpoints = await listIn(call, vpc, "DescribeVpcEndpoints", "VpcEndpoints", { Filters: [{ Name: "vpc-id", Values: [VPCId] }] });
  const answering = new Set(
    endpoints.filter(({ PrivateDnsEnabled }) => String(PrivateDnsEnabled) === "true").map(({ ServiceName }) => ServiceName),
  );
  if (answering.size === 0) return;
  const services = await listIn(call, vpc, "DescribeVpcEndpointServices", "ServiceDetails");
  if (services.some((service) => answering.has(service.ServiceName) && privateNamesOf(service).includes(zoneName)))
    throw conflict(vpc, zoneName);
}

const zoneCanBeCreated: Check = async (call) => {
  const { Name, VPC, CallerReference } = call.input;
  const name = bare(Name);
  if (!/^([a-z0-9_*]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]+$/.test(name))
    throw new AwsError("InvalidDomainName", `${String(Name)} is not a valid domain name`);
  if (!VPC) throw new AwsError("InvalidInput", "The sandbox supports private hosted zones only. Name a VPC.");
  const zones = ((await call.moto("route53", "ListHostedZones", {})).HostedZones ?? []) as Item[];
  if (zones.some((zone) => zone.CallerReference === CallerReference))
    throw new AwsError(
      "HostedZoneAlreadyExists",
      `A hosted zone has already been created with the reference ${String(CallerReference)}`,
      409,
    );
  await nameIsFree(call, VPC as Vpc, name);
};

const zoneOf = async (call: PatchCall) => call.moto("route53", "GetHostedZone", { Id: call.input.HostedZoneId });

const vpcCanBeAssociated: Check = async (call) => {
  const { HostedZone } = (await zoneOf(call)) as { HostedZone: Item };
  await nameIsFree(call, call.input.VPC as Vpc, bare(HostedZone.Name));
};

const vpcIsAssociated: Check = async (call) => {
  const { VPCs } = (await zoneOf(call)) as { VPCs?: Vpc[] };
  const { VPCId } = call.input.VPC as Vpc;
  if (!(VPCs ?? []).some((vpc) => vpc.VPCId === VPCId))
    throw new AwsError("VPCAssociationNotFound", `The VPC ${VPCId} is not associated with the hosted zone.`, 404);
};

/** An alias for a VPC endpoint must specify an existing endpoint and its zone. Other aliases are not validated. */
const aliasesFit: Check = async (call) => {
  const { Changes } = call.input.ChangeBatch as { Changes: { Action: string; ResourceRecordSet: Item }[] };
  for (const { Action, ResourceRecordSet } of Changes) {
    const { Name, AliasTarget } = ResourceRecordSet;
    const target = AliasTarget as { DNSName: string; HostedZoneId: string } | undefined;
    const VPCRegion = /\.([a-z0-9-]+)\.vpce\.amazonaws\.com$/.exec(bare(target?.DNSName))?.[1];
    if (Action === "DELETE" || !target || !VPCRegion) continue;
    const endpoints = await listIn(call, { VPCRegion }, "DescribeVpcEndpoints", "VpcEndpoints");
    const entries = endpoints.flatMap(({ DnsEntries }) => (DnsEntries ?? []) as { DnsName?: string; HostedZoneId?: string }[]);
    if (!entries.some(({ DnsName, HostedZoneId }) => bare(DnsName) === bare(target.DNSName) && HostedZoneId === target.HostedZoneId))
      throw new AwsError(
        "InvalidChangeBatch",
        `Tried to create an alias that targets ${target.DNSName}, type ${String(ResourceRecordSet.Type)} in zone ${target.HostedZoneId}, for ${String(Name)}, but the alias target name does not lie within the target zone`,
      );
  }
};

interface RecordSet {
  Name: string;
  Type: string;
  TTL?: number;
  SetIdentifier?: string;
  ResourceRecords?: { Value: string }[];
  AliasTarget?: object;
}

/** Error texts: ansible-collections/amazon.aws issue 2694, presslabs/zinc issue 178. */
const invalidBatch = (message: string) => new AwsError("InvalidChangeBatch", `[${message}]`);
const fatal = (type: string, why: string, value: string) =>
  invalidBatch(`Invalid Resource Record: 'FATAL problem: ${type} (${why}) encountered with '${value}''`);

/** The form of a value, by record type. Source: Route 53 "Supported DNS record types". */
const forms: Record<string, { accepts(value: string): boolean; type: string; why: string }> = {
  A: { accepts: isIPv4, type: "ARRDATAIllegalIPv4Address", why: "Value is not a valid IPv4 address" },
  AAAA: { accepts: isIPv6, type: "AAAARRDATAIllegalIPv6Address", why: "Value is not a valid IPv6 address" },
  TXT: { accepts: (value) => /^"[^]*"$/.test(value), type: "InvalidCharacterString", why: "Value should be in quotation marks" },
};

const valuesOf = ({ ResourceRecords = [] }: RecordSet) => ResourceRecords.map(({ Value }) => Value);

function valuesFit(set: RecordSet): void {
  const values = valuesOf(set);
  if ((set.AliasTarget === undefined) === (values.length === 0 || set.TTL === undefined))
    throw new AwsError(
      "InvalidInput",
      `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none or more in Change with [Name=${set.Name}, Type=${set.Type}]`,
    );
  const form = forms[set.Type];
  const wrong = values.find((value) => form && !form.accepts(value));
  if (wrong !== undefined) throw fatal(form!.type, form!.why, wrong);
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) throw invalidBatch(`Duplicate Resource Record: '${twice}'`);
  if (set.Type === "CNAME" && values.length > 1) throw invalidBatch("A CNAME record has one value.");
}

/** A CNAME is alone at its name, and not at the apex. A deletion has the values of the record set. */
const recordsFit: Check = async (call) => {
  const { HostedZoneId, ChangeBatch } = call.input;
  const { HostedZone } = (await zoneOf(call)) as { HostedZone: Item };
  const zone = bare(HostedZone.Name);
  const { ResourceRecordSets = [] } = (await call.moto("route53", "ListResourceRecordSets", { HostedZoneId })) as {
    ResourceRecordSets?: RecordSet[];
  };
  const changes = (ChangeBatch as { Changes: { Action: string; ResourceRecordSet: RecordSet }[] }).Changes;
  const isDeleted = (set: RecordSet) =>
    changes.some(
      ({ Action, ResourceRecordSet: other }) => Action === "DELETE" && other.Type === set.Type && bare(other.Name) === bare(set.Name),
    );
  for (const { Action, ResourceRecordSet: set } of changes) {
    const name = bare(set.Name);
    const existing = ResourceRecordSets.filter((other) => bare(other.Name) === name);
    if (Action === "DELETE") {
      const found = existing.find(({ Type, SetIdentifier }) => Type === set.Type && SetIdentifier === set.SetIdentifier);
      const what = `resource record set [name='${name}.', type='${set.Type}']`;
      if (!found) throw invalidBatch(`Tried to delete ${what} but it was not found`);
      if (
        (set.AliasTarget === undefined && found.TTL !== set.TTL) ||
        [...valuesOf(found)].sort().join("\n") !== [...valuesOf(set)].sort().join("\n")
      )
        throw invalidBatch(`Tried to delete ${what} but the values provided do not match the current values`);
      if (name === zone && ["NS", "SOA"].includes(set.Type))
        throw invalidBatch(`A HostedZone must contain exactly one ${set.Type} record at its apex.`);
      continue;
    }
    valuesFit(set);
    const rrset = `RRSet of type ${set.Type} with DNS name ${name}. is not permitted`;
    if (set.Type === "CNAME" && name === zone) throw invalidBatch(`${rrset} at apex in zone ${zone}.`);
    const others = existing.filter((other) => other.Type !== set.Type && !isDeleted(other));
    if (set.Type === "CNAME" && others.length > 0)
      throw invalidBatch(`${rrset} as it conflicts with other records with the same DNS name in zone ${zone}.`);
    if (others.some(({ Type }) => Type === "CNAME"))
      throw invalidBatch(`${rrset} because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone ${zone}.`);
  }
};

/** moto uses the same few IDs for all changes and accepts every ID. */
const changeIds = new Set(["C1PA6795UKMFR9", "C2682N5HXP0BZ4", "a1b2c3d4"]);
const changeIsKnown = ({ input }: PatchCall): void => {
  const id = String(input.Id).split("/").at(-1)!;
  if (!changeIds.has(id)) throw new AwsError("NoSuchChange", `Could not find resource with ID: ${id}`, 404);
};

/** Maximum number of tags on a hosted zone. Source: AWS API `ChangeTagsForResource`. */
const zoneTagLimit = 10;

async function zoneTagsFit(call: PatchCall): Promise<void> {
  const { ResourceType, ResourceId, AddTags = [], RemoveTagKeys = [] } = call.input;
  const { ResourceTagSet } = (await call.moto("route53", "ListTagsForResource", { ResourceType, ResourceId })) as {
    ResourceTagSet?: { Tags?: { Key: string }[] };
  };
  const keys = new Set([...(ResourceTagSet?.Tags ?? []), ...(AddTags as { Key: string }[])].map(({ Key }) => Key));
  for (const key of RemoveTagKeys as string[]) keys.delete(key);
  if (keys.size > zoneTagLimit) throw new AwsError("InvalidInput", `A hosted zone can have at most ${zoneTagLimit} tags.`);
}

export const route53 = patchedService({
  scope: "route53",
  model: "route53",
  violation: { code: "InvalidInput" },
  leftovers: [{ type: "HostedZone", global: true, operation: "ListHostedZones", list: "HostedZones", id: "Id" }],
  patches: {
    AssociateVPCWithHostedZone: validateFirst(vpcCanBeAssociated),
    ChangeResourceRecordSets: validateFirst(recordsFit, aliasesFit),
    ChangeTagsForResource: validateFirst(zoneTagsFit),
    CreateHostedZone: validateFirst(zoneCanBeCreated),
    GetChange: validateFirst(changeIsKnown),
    ListTagsForResource: validateFirst(async (call) => {
      await call.moto("route53", "GetHostedZone", { Id: call.input.ResourceId });
    }),
    DisassociateVPCFromHostedZone: validateFirst(vpcIsAssociated),
  },
});
