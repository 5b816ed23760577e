// A provider that stands in for a plugin that is not installed: it accepts all inputs, and creates nothing outside the engine.
// Does not prove which inputs the installed provider sends, and which defaults it sets.
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

type Call = { request: { getNews?(): unknown; getProperties?(): unknown } };
type Done = (error: null, answer: unknown) => void;

function answered<T extends object>(answer: T, change: (answer: T) => void = () => {}): T {
  change(answer);
  return answer;
}

const checked = ({ request }: Call, done: Done) =>
  done(
    null,
    answered(new provider.CheckResponse(), (answer) => answer.setInputs(request.getNews!() as never)),
  );

const handlers = {
  attach: (_call: Call, done: Done) => done(null, new Empty()),
  handshake: (_call: Call, done: Done) => done(null, new provider.ProviderHandshakeResponse()),
  getPluginInfo: (_call: Call, done: Done) =>
    done(
      null,
      answered(new PluginInfo(), (info) => info.setVersion("1.0.0")),
    ),
  checkConfig: checked,
  check: checked,
  diffConfig: (_call: Call, done: Done) => done(null, new provider.DiffResponse()),
  diff: (_call: Call, done: Done) => done(null, new provider.DiffResponse()),
  configure: (_call: Call, done: Done) => done(null, new provider.ConfigureResponse()),
  create: ({ request }: Call, done: Done) =>
    done(
      null,
      answered(new provider.CreateResponse(), (answer) => {
        answer.setId("stand-in");
        answer.setProperties(request.getProperties!() as never);
      }),
    ),
};

/** Serves the provider on a free port. The engine uses it with PULUMI_DEBUG_PROVIDERS=<package>:<port>. */
export async function startStandInProvider(): Promise<{ port: number; end(): void }> {
  const server = new grpc.Server();
  server.addService(ResourceProviderService, handlers as unknown as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, found) => (error ? reject(error) : resolve(found))),
  );
  return { port, end: () => server.forceShutdown() };
}
