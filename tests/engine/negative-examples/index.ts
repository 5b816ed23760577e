import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

// The real environment with mistakes, which NEGATIVE_EXAMPLES lists, comma-separated.
// An environment variable selects the mistakes, so that the settings of the stack stay unchanged.

/** Changes the inputs of every resource of one type. */
function changeInputs(type: string, change: (props: Record<string, unknown>) => void): void {
  pulumi.runtime.registerStackTransformation((args) => {
    if (args.type !== type) return undefined;
    const props = { ...args.props };
    change(props);
    return { props, opts: args.opts };
  });
}

const examples: Record<string, () => void> = {
  gateway: () => {
    new aws.ec2.InternetGateway("way-out", {});
  },
  "public-domain": () => changeInputs("aws:sagemaker/domain:Domain", (props) => (props.appNetworkAccessType = "PublicInternetOnly")),
  "missing-key": () => changeInputs("aws:cloudwatch/logGroup:LogGroup", (props) => delete props.kmsKeyId),
  "open-resolver": () =>
    changeInputs("aws:route53/resolverFirewallRule:ResolverFirewallRule", (props) => {
      if (props.action === "BLOCK") Object.assign(props, { action: "ALERT", blockResponse: undefined });
    }),
  "open-group": () =>
    changeInputs("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", (props) => {
      delete props.referencedSecurityGroupId;
      delete props.prefixListId;
      props.cidrIpv4 = "0.0.0.0/0";
    }),
  "error-in-apply": () =>
    changeInputs("aws:kms/key:Key", (props) => {
      props.description = pulumi.output(props.description as pulumi.Input<string>).apply((): string => {
        throw new Error("unexpected error of the program", { cause: new Error("the file does not exist") });
      });
    }),
};

for (const name of (process.env.NEGATIVE_EXAMPLES ?? "").split(",")) {
  const example = examples[name];
  if (!example) throw new pulumi.RunError(`NEGATIVE_EXAMPLES must list only these (got '${name}'): ${Object.keys(examples).join(", ")}.`);
  example();
}

// The environment program runs when it is loaded, so it is loaded last.
// eslint-disable-next-line @typescript-eslint/no-require-imports
export = require("@cloister/environment") as object;
