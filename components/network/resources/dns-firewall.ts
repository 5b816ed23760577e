import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface DnsFirewallArgs {
  vpcId: pulumi.Input<string>;
  /** Action for DNS queries of names that are not in `domains`. */
  otherDomains: "block" | "alert" | "off";
  /** DNS names that the firewall allows. The prefix `*.` stands for all names below a domain. */
  domains: string[];
  /** Key for the query log, `arn:…:key/…`; the key policy must allow CloudWatch Logs to use the key. */
  logKeyArn: pulumi.Input<string>;
  retentionDays: number;
}

type RuleAction = Omit<Partial<aws.route53.ResolverFirewallRuleArgs>, "action"> & { action: string };

/**
 * Restricts the DNS names that a VPC can resolve.
 * Otherwise a program could send data out in DNS queries, even without a
 * gateway. Every query is logged. The firewall fails closed: names do not resolve while it does not respond.
 * Cost: 0.60 USD for a million queries, 0.0005 USD a month for each name, and the log.
 * Source: AWS "How Route 53 Resolver DNS Firewall works"; NIST SP 800-53 SC-7(10) "prevent exfiltration".
 */
export function createDnsFirewall(name: string, args: DnsFirewallArgs, parent: pulumi.Resource): void {
  const childOptions = { parent };
  createQueryLog(name, args, parent);
  if (args.otherDomains === "off") return;
  const group = new aws.route53.ResolverFirewallRuleGroup(`${name}-dns`, {}, childOptions);
  const createRule = (role: string, priority: number, domains: string[], action: RuleAction) => {
    // AWS stores names with a trailing dot. Without the dot, the provider would report a change.
    const withDots = domains.map((domain) => `${domain}.`);
    const list = new aws.route53.ResolverFirewallDomainList(`${name}-dns-${role}`, { domains: withDots }, childOptions);
    return new aws.route53.ResolverFirewallRule(
      `${name}-dns-${role}`,
      { firewallRuleGroupId: group.id, firewallDomainListId: list.id, priority, ...action },
      childOptions,
    );
  };
  const rules = [
    // AWS owns the names that AWS names redirect to.
    createRule("allowed", 100, args.domains, { action: "ALLOW", firewallDomainRedirectionAction: "TRUST_REDIRECTION_DOMAIN" }),
    createRule("rest", 200, ["*"], args.otherDomains === "block" ? { action: "BLOCK", blockResponse: "NODATA" } : { action: "ALERT" }),
  ];
  new aws.route53.ResolverFirewallConfig(`${name}-dns-closed`, { resourceId: args.vpcId, firewallFailOpen: "DISABLED" }, childOptions);
  new aws.route53.ResolverFirewallRuleGroupAssociation(
    `${name}-dns`,
    { vpcId: args.vpcId, firewallRuleGroupId: group.id, priority: 101 },
    // All rules are in the rule group before the association, so that no query is blocked or resolved by mistake.
    { ...childOptions, dependsOn: rules },
  );
}

function createQueryLog(name: string, args: DnsFirewallArgs, parent: pulumi.Resource): void {
  const group = new aws.cloudwatch.LogGroup(
    `${name}-dns-queries`,
    {
      // One resource policy covers all log groups with this prefix: AWS limits the number of policies in an account.
      namePrefix: `/aws/vendedlogs/route53resolver/${name}-`,
      kmsKeyId: args.logKeyArn,
      retentionInDays: args.retentionDays,
    },
    { parent },
  );
  const log = new aws.route53.ResolverQueryLogConfig(`${name}-dns-queries`, { destinationArn: group.arn }, { parent });
  new aws.route53.ResolverQueryLogConfigAssociation(
    `${name}-dns-queries`,
    { resolverQueryLogConfigId: log.id, resourceId: args.vpcId },
    { parent },
  );
}
