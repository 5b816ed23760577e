// The changes by settings that restrict endpoint policies, in each project that creates endpoints.
import { type FeatureName } from "@cloister/components/network/catalogue";
import { endpointKind, planEndpoints } from "@cloister/components/network/endpoints";
import { interfaceEndpoints } from "./lookups";
import { type Row } from "./table";

interface EndpointRowsArgs {
  /** Default features of the network. */
  features: FeatureName[];
  /** Account of the network. */
  account: string;
  /** Prefix of the endpoints in the account. */
  prefix?: string;
  /** S3 endpoint for buckets of the network, or for all buckets of the accounts. */
  s3: "own-buckets" | "all-buckets";
  /** Policies of the roles that pull images. */
  pullers?: string;
  /** Whether the evaluator of controls reads the accounts. */
  hasAllowList?: boolean;
}

/** The endpoints of the feature `registry` also let roles pull images from other accounts. */
export function endpointPolicyRows({ features, account, prefix = "", s3, pullers, hasAllowList }: EndpointRowsArgs): Record<string, Row> {
  const withRegistry = { network: { features: [...features, "registry"] } };
  const accountPolicy = `VpcEndpoint ${prefix}${interfaceEndpoints(...features, "registry")}: policy.OurPrincipalsAtOurResources.Condition.StringEquals`;
  const { names } = planEndpoints({ features: [...features, "registry"] });
  const publishing = names.filter((name) => endpointKind(name).publicReads);
  const published = `VpcEndpoint ${prefix}{${publishing.join(",")}}: policy.OurPrincipalsReadWhatIsPublished.Condition.StringEquals`;
  const changed = (sign: "+" | "-", kind: "Account" | "OrgID", value: string) => [
    `${accountPolicy}.aws:{Principal,Resource}${kind} ${sign} ${value}`,
    `${published}.aws:Principal${kind} ${sign} ${value}`,
    s3 === "own-buckets"
      ? `VpcEndpoint ${prefix}s3: policy.OurBuckets.Condition.StringEquals.aws:Principal${kind} ${sign} ${value}`
      : `VpcEndpoint s3: policy.OurPrincipalsReadOurBuckets.Condition.StringEquals.aws:{Principal,Resource}${kind} ${sign} ${value}`,
  ];
  const pulled = [
    ...(pullers === undefined
      ? []
      : [`RolePolicy ${pullers}: policy.PullImages.Condition.StringEquals.aws:ResourceAccount + 999900001111`]),
    ...(hasAllowList ? ["Parameter allow-list: value.imageAccountIds + 999900001111"] : []),
  ];
  const images = `VpcEndpoint ${prefix}ecr-{api,dkr}: policy.OurPrincipalsReadWhatIsPublished.Condition.StringEquals`;
  return {
    "network.organizationId": {
      with: withRegistry,
      to: "o-exampleorgid",
      changes: [...changed("-", "Account", account), ...changed("+", "OrgID", "o-exampleorgid")],
    },
    "network.accountIds": { with: withRegistry, to: ["999900001111"], changes: [...changed("+", "Account", "999900001111"), ...pulled] },
    "network.imageAccounts": {
      about: "Accounts from whose registries roles can pull images.",
      with: withRegistry,
      to: ["999900001111"],
      changes: [`${images}.aws:ResourceAccount + 999900001111`, ...pulled],
    },
  };
}
