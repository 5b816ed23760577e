// Exports internal parts of the sandbox for tests only.
export { Accounts } from "./server/accounts";
export { type Build, Builds } from "./server/builds";
export { control, controlPath, type ControlApi, controlToken } from "./server/control";
export { EventBus, intervalOf, unsupportedTarget } from "./server/event-bus";
export { matchesPattern } from "./server/event-pattern";
export { type FunctionConfiguration, Functions } from "./server/functions";
export { isFromProgram, readRequest } from "./server/http";
export { AwsError } from "./server/aws-error";
export { Dispatcher, isRead } from "./server/dispatch";
export { eventsOf } from "./server/service-events";
export { chance, faultProblems, Faults } from "./server/faults";
export {
  allows,
  allowsService,
  matchesWildcard,
  principalExists,
  statementsOf,
  type TrustContext,
  trustsCaller,
  trustsService,
} from "./server/iam";
export { Journal, readCalls } from "./server/journal";
export { unknownNames } from "./server/journal-names";
export { assertTexts, loadModel, regexOf, type ServiceModel, type Shape, validate, validationMessage } from "./server/model";
export { Moto } from "./server/moto";
export { redact } from "./server/redact";
export { nativeService } from "./server/service";
export { Queue, StateStore, writeAtomically } from "./server/store";
export { errorAnswer, type Format, outputAnswer } from "./server/wire/answer";
export { decodeCbor, encodeCbor, encodeShape } from "./server/wire/cbor";
export { registeredServices } from "./server/services";
export { startedWith } from "./server/services/codebuild";
export { readBuildspec } from "./server/services/codebuild/buildspec";
export { endpointsAreWithin, peeringsAreWithin } from "./server/services/ec2/network-rules";
export { policyIsFree } from "./server/services/iam";
export { credential, format, identify, modelFolder } from "./server/wire/identify";
export { decodeForm, encodeForm } from "./server/wire/query";
export { encodeRest, matchRest } from "./server/wire/rest";
export { decodeError, decodeOutput, encodeOutput } from "./server/wire/xml";
export { environmentScript } from "./world/environment";
export { locateModels } from "./world/launch";
export { end, isAlive, startOf } from "./world/process";
export { evaluate, type Scope } from "./server/services/cloudformation/functions";
export { parameterTexts, parameterValues, rulesHold } from "./server/services/cloudformation/parameters";
export { parse as parseStackTemplate } from "./server/services/cloudformation/stack";
export { type Parameter, type Rule, type Template } from "./server/services/cloudformation/template";
