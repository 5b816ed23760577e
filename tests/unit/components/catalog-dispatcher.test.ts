// Tests how messages of AWS Service Catalog become executions. Does not prove the calls of the SDK: tests/sandbox and tests/engine do.
import assert from "node:assert/strict";
import { readMessage } from "@cloister/components/catalog/runtime/message";
import { SFNClient } from "@aws-sdk/client-sfn";
import { longestDelay, waitMetric } from "@cloister/components/catalog/engine/names";
import { waitSignal } from "@cloister/components/catalog/engine/queues";
import { stateMachine } from "@cloister/components/catalog/runtime/dispatcher";
import { waitEvent } from "@cloister/components/catalog/runtime/wait";
import * as fc from "fast-check";
import { type Duration, messageOf, QueuedLaunches } from "../../helpers/queued-launches";

const minutes = (count: number) => () => count * 60;
const hub = "111122223333";
const nameOf = (number: number, operation = "PROVISION", account = hub) => `${account}-pp-${number}-rec-${operation}-${number}`;

describe("message of AWS Service Catalog", () => {
  const read = (change: Record<string, unknown>, operation: "PROVISION" | "UPDATE" | "TERMINATE" = "PROVISION") =>
    readMessage(JSON.stringify({ ...messageOf(1, operation), ...change }), operation);

  it("becomes a request", () =>
    assert.deepEqual(read({ tags: [{ key: "cost", value: "1" }] }), {
      request: {
        operation: "PROVISION",
        token: "token1",
        recordId: "rec-PROVISION-1",
        provisionedProductId: "pp-1",
        provisionedProductName: "environment-1",
        productId: "prod-1",
        artifactId: "pa-1",
        artifactPath: "s3://artifacts/versions/1.tar.gz",
        launchRoleArn: "arn:aws:iam::111122223333:role/hub-environment-launch",
        accountId: "111122223333",
        parameters: { team: "fraud" },
        tags: { cost: "1" },
        attempt: 0,
      },
    }));

  for (const [spelling, operation] of [
    ["UPDATE_PROVISION_PRODUCT", "UPDATE"],
    ["UPDATE_PROVISIONED_PRODUCT", "UPDATE"],
    ["TERMINATE_PROVISION_PRODUCT", "TERMINATE"],
    ["TERMINATE_PROVISIONED_PRODUCT", "TERMINATE"],
  ] as const)
    it(`accepts the operation ${spelling}`, () => assert.ok("request" in read({ operation: spelling }, operation)));

  it("takes the account of the launch role without an identity", () => {
    for (const identity of [undefined, null, ""]) {
      const found = read({ identity });
      assert.equal("request" in found && found.request.accountId, "111122223333");
    }
  });

  it("about a termination names no product, version or artifact", () => {
    const none = { productId: undefined, provisioningArtifactId: undefined, artifact: undefined, parameters: undefined, tags: undefined };
    const found = read(none, "TERMINATE");
    assert.ok("request" in found);
    assert.deepEqual([found.request.productId, found.request.artifactId, found.request.provisionedProductId], ["", "", "pp-1"]);
  });

  it("takes the account of an identity that is a JSON text", () => {
    assert.ok("request" in read({ identity: JSON.stringify({ awsAccountId: "111122223333" }) }));
    const found = read({ identity: JSON.stringify({ awsAccountId: "222233334444" }) });
    assert.match("rejected" in found ? found.rejected.reason : "", /in the account of the environment, 222233334444/);
  });

  for (const identity of [
    "someone",
    "arn:aws:sts::111122223333:assumed-role/lead/ana",
    1,
    [],
    { awsAccountId: "x/../y" },
    { principal: "p" },
  ])
    it(`is rejected with an identity whose account cannot be checked: ${JSON.stringify(identity)}`, () => {
      const found = read({ identity });
      assert.match("rejected" in found ? found.rejected.reason : "", /cannot read the message of AWS Service Catalog: identity/);
    });

  const rejected: { name: string; change: Record<string, unknown>; reason: RegExp }[] = [
    { name: "without a version", change: { provisioningArtifactId: undefined }, reason: /cannot read .*: provisioningArtifactId\./ },
    { name: "for another account than the launch role", change: { identity: { awsAccountId: "222233334444" } }, reason: /LocalRoleName/ },
    { name: "without a launch role", change: { launchRoleArn: undefined }, reason: /no launch constraint/ },
    { name: "without an artifact", change: { artifact: null }, reason: /no artifact/ },
    { name: "of another queue", change: { operation: "TERMINATE_PROVISION_PRODUCT" }, reason: /TERMINATE in the queue for PROVISION/ },
    { name: "with an ID that is no name", change: { provisionedProductId: "pp/../1" }, reason: /provisionedProductId/ },
    { name: "with parameters that are no list", change: { parameters: "team" }, reason: /parameters/ },
  ];
  for (const { name, change, reason } of rejected)
    it(`is rejected ${name}, with a result that can be reported`, () => {
      const found = read(change);
      assert.ok("rejected" in found);
      assert.match(found.rejected.reason, reason);
      assert.deepEqual([found.rejected.token, found.rejected.recordId], ["token1", "rec-PROVISION-1"]);
    });

  it("is rejected for any other text", () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        assert.ok("rejected" in readMessage(body, "PROVISION"));
      }),
    ));
});

describe("wait of a request", () => {
  const wait = { seconds: 4000, operation: "UPDATE", recordId: "rec-1", accountId: hub } as const;

  it("is a log event in the embedded metric format, with the metric of the alarm", () => {
    const { namespace, metricName, dimensions, statistic, unit, threshold = 0 } = waitSignal("wait");
    const event = JSON.parse(waitEvent(wait, new Date(1000))) as Record<string, unknown>;
    assert.deepEqual(event, {
      _aws: {
        Timestamp: 1000,
        CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [Object.keys(dimensions)], Metrics: [{ Name: metricName, Unit: unit }] }],
      },
      ...dimensions,
      [metricName]: 1,
      waitSeconds: 4000,
      operation: "UPDATE",
      recordId: "rec-1",
      accountId: hub,
    });
    assert.deepEqual({ namespace, metricName, dimensions }, waitMetric);
    assert.deepEqual([statistic, unit, threshold], ["SampleCount", "Count", 0]);
  });

  it("publishes no data point up to an hour, but is logged", () =>
    assert.deepEqual(JSON.parse(waitEvent({ ...wait, seconds: 3600 }, new Date(1000))), {
      waitSeconds: 3600,
      operation: "UPDATE",
      recordId: "rec-1",
      accountId: hub,
    }));

  it("is one line", () => assert.ok(!waitEvent(wait, new Date()).includes("\n")));
});

describe("dispatcher", () => {
  it("starts at most as many executions as the concurrency", async () => {
    const launches = new QueuedLaunches(5, minutes(10));
    for (let i = 0; i < 10; i++) launches.send("PROVISION", messageOf(i));
    await launches.dispatch();
    assert.deepEqual([launches.running, launches.waiting], [5, 5]);
    await launches.drain();
    assert.deepEqual([launches.mostRunning, launches.startedAt.size, launches.waiting], [5, 10, 0]);
  });

  it("starts ten launches at once if the concurrency allows", async () => {
    const launches = new QueuedLaunches(12, minutes(10));
    for (let i = 0; i < 12; i++) launches.send("PROVISION", messageOf(i));
    await launches.dispatch();
    assert.equal(launches.running, 12);
  });

  it("serves terminations first, then updates and launches round-robin", async () => {
    const launches = new QueuedLaunches(1, minutes(1), undefined, { random: () => 0 });
    for (const operation of ["PROVISION", "UPDATE", "TERMINATE"] as const) launches.send(operation, messageOf(1, operation));
    await launches.drain();
    assert.deepEqual([...launches.startedAt.keys()], [nameOf(1, "TERMINATE"), nameOf(1, "UPDATE"), nameOf(1)]);
  });

  it("drops a repeated message, also after its execution ended", async () => {
    const launches = new QueuedLaunches(5, minutes(1));
    launches.send("PROVISION", messageOf(1));
    launches.send("PROVISION", messageOf(1));
    await launches.drain();
    launches.send("PROVISION", messageOf(1));
    await launches.drain();
    assert.deepEqual([launches.startedAt.size, launches.waiting, launches.deadLetters], [1, 0, []]);
  });

  it("starts another launch in place of a repeated message", async () => {
    const launches = new QueuedLaunches(1, minutes(1));
    launches.send("PROVISION", messageOf(1));
    await launches.drain();
    for (const number of [1, 2]) launches.send("PROVISION", messageOf(number));
    await launches.dispatch();
    assert.deepEqual([launches.running, launches.waiting], [1, 0]);
  });

  it("starts nothing twice after a crash between start and deletion", async () => {
    let crashes = 1;
    const launches = new QueuedLaunches(5, minutes(20), (call) => (call === "start" && crashes-- > 0 ? "after" : undefined));
    launches.send("PROVISION", messageOf(1));
    await launches.dispatch();
    assert.deepEqual([launches.startedAt.size, launches.waiting, launches.failures], [1, 1, 1]);
    await launches.drain();
    assert.deepEqual([launches.startedAt.size, launches.waiting, launches.deadLetters], [1, 0, []]);
  });

  it("reports a message that cannot be executed, and starts the others", async () => {
    const launches = new QueuedLaunches(5, minutes(1));
    launches.send("PROVISION", { ...messageOf(1), launchRoleArn: "" });
    launches.send("PROVISION", messageOf(2));
    await launches.drain();
    assert.deepEqual([...launches.startedAt.keys()], [nameOf(2)]);
    const [{ operation, token, recordId, result } = assert.fail("no report")] = launches.notifications;
    assert.deepEqual([operation, token, recordId, result.status], ["PROVISION", "token1", "rec-PROVISION-1", "FAILED"]);
    assert.deepEqual([launches.waiting, launches.deadLetters], [0, []]);
  });

  it("leaves a message that is no JSON to the dead-letter queue", async () => {
    const launches = new QueuedLaunches(1, minutes(1));
    launches.send("PROVISION", "poison");
    for (let i = 0; i < 3; i++) launches.send("PROVISION", messageOf(i));
    await launches.drain();
    assert.deepEqual([launches.startedAt.size, launches.deadLetters, launches.notifications], [3, ["poison"], []]);
  });

  it("leaves a queue after 15 seconds with messages that start nothing, and serves the others", async () => {
    const launches = new QueuedLaunches(2, minutes(1), undefined, { callSeconds: 0.5 });
    for (let i = 0; i < 30; i++) {
      launches.send("TERMINATE", { ...messageOf(i, "TERMINATE"), launchRoleArn: "" });
      launches.send("TERMINATE", "poison");
    }
    launches.send("PROVISION", messageOf(1));
    await launches.dispatch();
    assert.deepEqual([launches.running, launches.startedAt.size], [1, 1]);
    assert.ok(launches.now >= 15 && launches.now < 20, String(launches.now));
    await launches.drain();
    assert.deepEqual([launches.notifications.length, launches.deadLetters.length], [30, 30]);
  });

  it("ends a run before the timeout of the function if repeated messages fill all queues", async () => {
    const launches = new QueuedLaunches(5, () => Infinity, undefined, { callSeconds: 0.1 });
    for (const operation of ["TERMINATE", "UPDATE", "PROVISION"] as const)
      for (let i = 0; i < 500; i++) launches.send(operation, messageOf(1, operation));
    await launches.dispatch();
    assert.equal(launches.running, 3);
    assert.ok(launches.now >= 45 && launches.now < 50, String(launches.now));
  });

  it("receives more than 50 messages that start nothing while time remains", async () => {
    const launches = new QueuedLaunches(2, minutes(1), undefined, { callSeconds: 0.02 });
    for (let i = 0; i < 200; i++) launches.send("UPDATE", messageOf(1, "UPDATE"));
    launches.send("UPDATE", messageOf(2, "UPDATE"));
    await launches.dispatch();
    assert.deepEqual([launches.running, launches.waiting], [2, 0]);
  });

  it("keeps the message while its result cannot be reported", async () => {
    const launches = new QueuedLaunches(1, minutes(1), (call) => (call === "notify" ? "before" : undefined));
    launches.send("PROVISION", { ...messageOf(1), launchRoleArn: "" });
    await launches.dispatch();
    assert.deepEqual([launches.waiting, launches.failures], [1, 1]);
  });

  it("serves the other queues while a result cannot be reported", async () => {
    const launches = new QueuedLaunches(2, minutes(1), (call) => (call === "notify" ? "before" : undefined));
    launches.send("TERMINATE", { ...messageOf(1, "TERMINATE"), launchRoleArn: "" });
    for (const number of [2, 3]) launches.send("PROVISION", messageOf(number));
    await launches.dispatch();
    assert.deepEqual([launches.running, launches.failures], [1, 1]);
    launches.now += 60;
    await launches.dispatch();
    assert.deepEqual([launches.running, launches.waiting], [2, 1]);
  });

  it("serves the other queues while a queue cannot be read", async () => {
    let failures = 1;
    const launches = new QueuedLaunches(2, minutes(1), (call) => (call === "receive" && failures-- > 0 ? "before" : undefined));
    for (const number of [1, 2]) launches.send("PROVISION", messageOf(number));
    await launches.dispatch();
    assert.deepEqual([launches.running, launches.failures], [2, 1]);
  });

  it("starts no more executions than the concurrency after a start with an unknown outcome", async () => {
    const launches = new QueuedLaunches(1, minutes(20), (call) => (call === "start" ? "after" : undefined));
    launches.send("TERMINATE", messageOf(1, "TERMINATE"));
    launches.send("PROVISION", messageOf(2));
    await launches.dispatch();
    assert.equal(launches.running, 1);
  });

  it("loses and repeats nothing if the count of executions is stale, and CodeBuild delays the builds above the concurrency", async () => {
    const launches = new QueuedLaunches(5, minutes(7), () => undefined, { staleSeconds: 120 });
    for (let i = 0; i < 50; i++) launches.send("PROVISION", messageOf(i));
    await launches.drain();
    assert.deepEqual([launches.startedAt.size, launches.waiting, launches.deadLetters], [50, 0, []]);
    assert.ok(launches.mostRunning > 5, "the fault has an effect");
  });

  it("counts no operations of the fleet", async () => {
    const names = ["preview-0a1b2c", "111122223333-pp-1-rec-1", "release-fraud-dev-1"];
    const client = { send: () => Promise.resolve({ executions: names.map((name) => ({ name })) }) } as unknown as SFNClient;
    Object.setPrototypeOf(client, SFNClient.prototype);
    assert.deepEqual(await stateMachine(client, "arn").running(), ["111122223333"]);
  });

  it("keeps as many executions running as the concurrency, with 1,000 queued launches", async () => {
    const launches = new QueuedLaunches(5, minutes(20));
    for (let i = 0; i < 1000; i++) launches.send("PROVISION", messageOf(i));
    await launches.drain();
    assert.deepEqual([launches.startedAt.size, launches.waiting, launches.deadLetters], [1000, 0, []]);
    assert.deepEqual([launches.mostRunning, launches.now], [5, (1000 / 5) * 20 * 60]);
  });

  describe("with several accounts", () => {
    const [first, second, third] = ["222233334444", "333344445555", "444455556666"] as const;
    const shared = (duration: Duration = minutes(20)) => new QueuedLaunches(5, duration, undefined, { accountConcurrency: 3 });
    /** `count` messages of an account, with different numbers in each account. */
    const send = (
      launches: QueuedLaunches,
      count: number,
      account: string,
      operation: "PROVISION" | "UPDATE" | "TERMINATE" = "PROVISION",
    ) => {
      for (let i = 0; i < count; i++) launches.send(operation, messageOf(Number(account.slice(0, 4)) * 1000 + i, operation, account));
    };

    it("starts at most as many executions of an account as its limit, and keeps the others", async () => {
      const launches = shared();
      send(launches, 8, first);
      await launches.dispatch();
      assert.deepEqual([launches.running, launches.waiting, launches.failures], [3, 5, 0]);
      await launches.drain();
      assert.deepEqual([launches.startedAt.size, launches.waiting, launches.deadLetters], [8, 0, []]);
      assert.equal(launches.mostRunning, 3);
    });

    it("starts requests of other accounts behind those of an account at its limit, also when its deployments never end", async () => {
      const launches = shared((name) => (name.startsWith(first) ? Infinity : 60));
      send(launches, 40, first);
      send(launches, 2, second);
      send(launches, 1, third);
      await launches.dispatch();
      assert.deepEqual([launches.runningIn(first), launches.runningIn(second) + launches.runningIn(third)], [3, 2]);
      for (let i = 0; i < 3; i++) await launches.step();
      assert.equal(launches.startedAt.size, 6);
    });

    for (const operation of ["UPDATE", "TERMINATE"] as const)
      it(`starts ${operation} of another account while one account fills its queue`, async () => {
        const launches = shared((name) => (name.startsWith(first) ? Infinity : 60));
        send(launches, 30, first, operation);
        send(launches, 30, first);
        send(launches, 1, second, operation);
        send(launches, 1, third);
        await launches.dispatch();
        assert.deepEqual(
          [first, second, third].map((account) => launches.runningIn(account)),
          [3, 1, 1],
        );
      });

    it("loses nothing while 300 requests of an account wait for hours, and finds those of other accounts within minutes", async () => {
      const launches = shared();
      send(launches, 300, first);
      const since = new Map<string, number>();
      for (let hour = 1; hour <= 10; hour++) {
        while (launches.now < hour * 3600) await launches.step();
        send(launches, 1, String(Number(second) + hour));
        since.set(String(Number(second) + hour), launches.now);
      }
      await launches.drain();
      assert.deepEqual([launches.startedAt.size, launches.waiting, launches.deadLetters], [310, 0, []]);
      for (const [account, sent] of since) {
        const started = [...launches.startedAt].find(([name]) => name.startsWith(account))![1];
        assert.ok(started - sent <= 15 * 60, `${account} waited ${started - sent} seconds`);
      }
    });

    it("publishes the longest wait at least every 16 minutes, since the request was sent first", async () => {
      const launches = shared(() => Infinity);
      launches.now = 1000;
      send(launches, 3, first);
      await launches.dispatch();
      assert.equal(launches.waits.length, 0);
      launches.now = 1200;
      send(launches, 60, first);
      while (launches.now < 3 * 3600) await launches.step();
      const published = launches.waits.map(({ at }) => at);
      const gaps = published.map((at, i) => at - (published[i - 1] ?? 1200));
      assert.ok(Math.max(...gaps) <= longestDelay + 60, String(Math.max(...gaps)));
      for (const { at, seconds, operation, accountId } of launches.waits)
        assert.deepEqual([seconds, operation, accountId], [at - 1200, "PROVISION", first]);
      // A request with the longest delay has a data point in each window of the alarm.
      assert.ok(waitSignal("wait").periods! * 300 >= longestDelay + 60 + 300);
    });

    it("publishes the wait of the oldest request of a run, also if a call fails", async () => {
      const launches = new QueuedLaunches(9, minutes(20), (call) => (call === "defer" ? "before" : undefined), { accountConcurrency: 1 });
      send(launches, 2, first, "UPDATE");
      launches.now = 100;
      send(launches, 3, second);
      await launches.dispatch();
      assert.deepEqual(launches.waits, [{ at: 100, seconds: 100, operation: "UPDATE", recordId: "rec-UPDATE-2222001", accountId: first }]);
      assert.equal(launches.failures, 1);
    });

    it("increases the delay only for the account with many messages", async () => {
      const launches = new QueuedLaunches(9, () => Infinity, undefined, { accountConcurrency: 1 });
      send(launches, 70, first);
      send(launches, 2, second);
      await launches.dispatch();
      assert.deepEqual([launches.delays[0], launches.delays[68], launches.delays[69]], [45, longestDelay, 45]);
    });

    it("does not count rejected messages for the delay of the next one", async () => {
      const launches = new QueuedLaunches(9, minutes(20), undefined, { accountConcurrency: 1 });
      for (let i = 0; i < 20; i++) launches.send("PROVISION", { ...messageOf(i), launchRoleArn: "" });
      send(launches, 2, first);
      await launches.dispatch();
      assert.deepEqual(launches.delays, [45]);
    });

    it("publishes the wait if an error ends the run", async () => {
      const launches = shared(() => Infinity);
      send(launches, 5, first);
      launches.now = 60;
      const { PROVISION } = launches.clients.queues;
      Object.defineProperty(PROVISION, "operation", {
        get: () => (launches.waits.length === 0 && launches.delays.length > 0 ? assert.fail("ends the run") : "PROVISION"),
      });
      await launches.dispatch();
      assert.deepEqual([launches.failures, launches.waits.map(({ seconds }) => seconds)], [1, [60]]);
    });

    it("starts launches while updates are repeated, and updates while launches wait", async () => {
      // One slot, and a random turn: each operation gets its share.
      let value = 0;
      const launches = new QueuedLaunches(1, minutes(1), undefined, { random: () => (value = (value * 16807 + 7919) % 65537) / 65537 });
      for (let i = 0; i < 100; i++)
        for (const operation of ["PROVISION", "UPDATE"] as const) launches.send(operation, messageOf(i, operation));
      while (launches.startedAt.size < 100) await launches.step();
      const launched = [...launches.startedAt.keys()].filter((name) => name.includes("PROVISION")).length;
      assert.ok(launched >= 30 && launched <= 70, String(launched));
    });

    it("alternates updates and launches within one run", async () => {
      const launches = new QueuedLaunches(6, minutes(1));
      for (let i = 0; i < 10; i++)
        for (const operation of ["PROVISION", "UPDATE"] as const) launches.send(operation, messageOf(i, operation));
      await launches.dispatch();
      assert.equal([...launches.startedAt.keys()].filter((name) => name.includes("PROVISION")).length, 3);
    });

    it("counts a start with an unknown outcome for its account", async () => {
      const launches = new QueuedLaunches(3, minutes(20), (call) => (call === "start" ? "after" : undefined), { accountConcurrency: 1 });
      send(launches, 2, first);
      send(launches, 1, second);
      await launches.dispatch();
      assert.deepEqual([launches.runningIn(first), launches.runningIn(second)], [1, 1]);
    });

    it("keeps a message that cannot be moved", async () => {
      const launches = new QueuedLaunches(2, minutes(20), (call) => (call === "defer" ? "before" : undefined), { accountConcurrency: 1 });
      send(launches, 2, first);
      await launches.dispatch();
      assert.deepEqual([launches.running, launches.waiting, launches.failures], [1, 1, 1]);
    });
  });

  it("loses and repeats nothing when calls fail at random", async () => {
    const operations = ["PROVISION", "UPDATE", "TERMINATE"] as const;
    const account = fc.constantFrom(hub, "222233334444");
    const messages = fc.array(fc.record({ number: fc.nat(30), operation: fc.constantFrom(...operations), account }), { maxLength: 60 });
    // Each message survives two failed receives, so faults end before messages move to the dead-letter queue.
    const faults = fc.array(fc.constantFrom("before", "after", undefined), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(messages, faults, fc.integer({ min: 1, max: 20 }), async (sent, planned, concurrency) => {
        const queue = [...planned];
        const accountConcurrency = Math.ceil(concurrency / 2);
        const launches = new QueuedLaunches(concurrency, minutes(7), () => queue.shift(), { accountConcurrency });
        for (const { number, operation, account: from } of sent) launches.send(operation, messageOf(number, operation, from));
        await launches.drain();
        const expected = new Set(sent.map(({ number, operation, account: from }) => nameOf(number, operation, from)));
        assert.deepEqual(new Set(launches.startedAt.keys()), expected);
        assert.deepEqual(launches.deadLetters, []);
        assert.ok(launches.mostRunning <= concurrency);
      }),
      { numRuns: 200 },
    );
  });
});
