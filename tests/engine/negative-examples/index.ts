import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

// The environment as it is deployed, with one thing made wrong: what a colleague might write on a bad day.
// Which one is named by the environment variable, so that the stack's settings stay those of the real environment.

/** Changes the inputs of every resource of one type. */
function spoil(type: string, change: (props: Record<string, unknown>) => void): void {
  pulumi.runtime.registerStackTransformation((args) => {
    if (args.type !== type) return undefined;
    const props = { ...args.props };
    change(props);
    return { props, opts: args.opts };
  });
}

const twins: Record<string, () => void> = {
  gateway: () => {
    new aws.ec2.InternetGateway("way-out", {});
  },
  "public-domain": () => spoil("aws:sagemaker/domain:Domain", (props) => (props.appNetworkAccessType = "PublicInternetOnly")),
  "missing-key": () => spoil("aws:cloudwatch/logGroup:LogGroup", (props) => delete props.kmsKeyId),
  "open-resolver": () =>
    spoil("aws:route53/resolverFirewallRule:ResolverFirewallRule", (props) => {
      if (props.action === "BLOCK") Object.assign(props, { action: "ALERT", blockResponse: undefined });
    }),
  "open-group": () =>
    spoil("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", (props) => {
      delete props.referencedSecurityGroupId;
      delete props.prefixListId;
      props.cidrIpv4 = "0.0.0.0/0";
    }),
};

const twin = twins[process.env.NEGATIVE_EXAMPLE ?? ""];
if (!twin) throw new pulumi.RunError(`NEGATIVE_EXAMPLE is '${process.env.NEGATIVE_EXAMPLE}'. Known: ${Object.keys(twins).join(", ")}.`);
twin();

// The program starts when it is loaded, so it is loaded last.
// eslint-disable-next-line @typescript-eslint/no-require-imports
export = require("@cloister/environment") as object;
