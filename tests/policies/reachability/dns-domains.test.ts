import { UNKNOWN } from "../../helpers/evaluate";
import { idOf, part } from "./render";
import { VPC, ZONE, ZONE_ASSOCIATION, firewall, resolverOfVpc } from "./stack";
import { type Case, testReachability } from "./table";

testReachability("domains that DNS Firewall allows", [
  ...(
    [
      ["*.eu-central-1.amazonaws.com.", "closed"],
      ["studio.eu-central-1.sagemaker.aws.", "closed"],
      ["API.AWS.", "closed"],
      ["sts.eu-central-1.api.aws.", "closed"],
      ["sts.cn-north-1.amazonaws.com.cn.", "closed"],
      ["*.eu-central-1.compute.internal.", "closed"],
      ["evil.example.", "open"],
      ["*.co.uk.", "open"],
      ["*.com.", "open"],
      ["evilamazonaws.com.", "open"],
      ["*amazonaws.com.", "open"],
      ["amazonaws.com.evil.example.", "open"],
    ] as const
  ).map(
    ([name, verdict]): Case => ({
      it: `a resolver whose firewall allows ${name}`,
      parts: firewall([10, "ALLOW", ["sts.eu-central-1.amazonaws.com.", name]], [20, "BLOCK", ["*."]]),
      of: resolverOfVpc,
      verdict,
      ...(verdict === "open" && { path: `third-party domains that DNS Firewall allows (${name})` }),
    }),
  ),
  ...(
    [
      [["a.example.", "b.example.", "c.example."], "a.example., b.example., c.example.)"],
      [["a.example.", "b.example.", "c.example.", "d.example.", "e.example."], "a.example., b.example., c.example. and 2 more)"],
    ] as const
  ).map(
    ([names, path]): Case => ({
      it: `a resolver whose firewall allows ${names.length} third-party domains`,
      parts: firewall([10, "ALLOW", [...names]], [20, "BLOCK", ["*."]]),
      of: resolverOfVpc,
      verdict: "open",
      path,
    }),
  ),
  ...(
    [
      [["pypi.bank.example"], "pypi.bank.example.", "closed"],
      [["*.bank.example"], "pypi.bank.example.", "closed"],
      [["*.bank.example"], "*.dev.bank.example.", "closed"],
      [["*.bank.example"], "*.bank.example.", "closed"],
      [["*.bank.example"], "bank.example.", "open"],
      [["bank.example"], "pypi.bank.example.", "open"],
      [["pypi.bank.example"], "*.bank.example.", "open"],
      [["*"], "*.", "open"],
    ] as const
  ).map(
    ([allowedDomains, name, verdict]): Case => ({
      it: `a resolver whose firewall allows ${name} where ${allowedDomains[0]} is allowed`,
      parts: firewall([10, "ALLOW", [name]], [20, "BLOCK", ["*."]]),
      perimeter: { allowedDomains: [...allowedDomains] },
      of: resolverOfVpc,
      verdict,
    }),
  ),
  ...(
    [
      ["of the VPC", [part(ZONE, "zone", { name: "cloister.internal", vpcs: [{ vpcId: idOf("vpc") }] })], "closed"],
      ["of another VPC", [part(VPC, "other"), part(ZONE, "zone", { name: "cloister.internal", vpcs: [{ vpcId: idOf("other") }] })], "open"],
      ["of everybody", [part(ZONE, "zone", { name: "cloister.internal" })], "open"],
      ["of another name", [part(ZONE, "zone", { name: "internal.example", vpcs: [{ vpcId: idOf("vpc") }] })], "open"],
      ["of a name that is not known", [part(ZONE, "zone", { name: UNKNOWN, vpcs: [{ vpcId: idOf("vpc") }] })], "open"],
      [
        "that the VPC has joined",
        [part(ZONE, "zone", { name: "cloister.internal" }), part(ZONE_ASSOCIATION, "joined", { zoneId: idOf("zone"), vpcId: idOf("vpc") })],
        "closed",
      ],
      [
        "that another VPC has joined",
        [
          part(VPC, "other"),
          part(ZONE, "zone", { name: "cloister.internal" }),
          part(ZONE_ASSOCIATION, "joined", { zoneId: idOf("zone"), vpcId: idOf("other") }),
        ],
        "open",
      ],
    ] as const
  ).map(
    ([whose, zone, verdict]): Case => ({
      it: `a resolver whose firewall allows names of a zone ${whose}`,
      parts: [...firewall([10, "ALLOW", ["packages.cloister.internal.", "*.cloister.internal."]], [20, "BLOCK", ["*."]]), ...zone],
      of: resolverOfVpc,
      verdict,
    }),
  ),
]);
