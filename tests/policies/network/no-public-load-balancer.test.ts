import { noPublicLoadBalancer } from "@cloister/policy-pack/rules/network/no-public-load-balancer";
import { UNKNOWN_BOOLEAN } from "../../helpers/evaluate";
import { type ResourceCase, testRule } from "../table";

testRule(noPublicLoadBalancer, {
  resource: ["lb", "alb", "elb"].flatMap((module): ResourceCase[] => {
    const type = `aws:${module}/loadBalancer:LoadBalancer`;
    return [
      { it: `accepts an internal load balancer (${module})`, type, inputs: { internal: true } },
      { it: `accepts a value that is unknown at preview (${module})`, type, inputs: { internal: UNKNOWN_BOOLEAN } },
      {
        it: `rejects an internet-facing load balancer (${module})`,
        type,
        inputs: { internal: false },
        want: [/^internal is false, so the load balancer has public addresses .* Set internal: true\.$/],
      },
      {
        it: `rejects a load balancer without the flag (${module})`,
        type,
        inputs: {},
        want: [/^internal is not set, which means false, so the load balancer has public addresses/],
      },
      {
        it: `rejects an internet-facing Network Load Balancer (${module})`,
        type,
        inputs: { loadBalancerType: "network", internal: false },
        want: [/^internal is false/],
      },
      { it: `accepts a Gateway Load Balancer (${module})`, type, inputs: { loadBalancerType: "gateway" } },
    ];
  }),
});
