import { forTypes, readValue, type Rule, stringAt } from "../../rule-kit";

const types = ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer", "aws:elb/loadBalancer:LoadBalancer"];

/** A Gateway Load Balancer has no public addresses, whatever the value of `internal`. */
export const noPublicLoadBalancer: Rule = {
  name: "network-no-public-load-balancer",
  description: "Every load balancer is internal.",
  risk: "An internet-facing load balancer has public addresses and forwards requests from the internet into the VPC.",
  fix: "Set internal: true. Changing it replaces the load balancer.",
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["Trivy AWS-0053", "Prowler elbv2_internet_facing"],
  resource: forTypes(types, ({ props }, report) => {
    if (stringAt(props, "loadBalancerType") === "gateway") return;
    const internal = readValue(props, "internal");
    if (internal.state === "unknown" || (internal.state === "known" && String(internal.value) === "true")) return;
    report(
      `internal is ${internal.state === "missing" ? "not set, which means false" : "false"}, so the load balancer has public addresses and forwards requests from the internet into the VPC. Set internal: true.`,
    );
  }),
};
