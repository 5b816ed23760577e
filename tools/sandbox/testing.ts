// Exports internal parts of the sandbox for tests only.
export { AwsError } from "./server/aws-error";
export { isRead } from "./server/dispatch";
export { chance, faultProblems, Faults } from "./server/faults";
export { allows, matchesWildcard, principalExists, statementsOf, trustsCaller, trustsService } from "./server/iam";
export { Journal, readCalls } from "./server/journal";
export { loadModel, regexOf, type ServiceModel, type Shape, validate, validationMessage } from "./server/model";
export { Moto } from "./server/moto";
export { redact } from "./server/redact";
export { Queue, StateStore, writeAtomically } from "./server/store";
export { errorAnswer, type Format } from "./server/wire/answer";
export { decodeCbor, encodeCbor, encodeShape } from "./server/wire/cbor";
export { registeredServices } from "./server/services";
export { credential, format, identify, modelFolder } from "./server/wire/identify";
export { decodeForm, encodeForm } from "./server/wire/query";
export { encodeRest, matchRest } from "./server/wire/rest";
export { decodeError, decodeOutput, encodeOutput } from "./server/wire/xml";
export { environmentScript } from "./world/environment";
export { end, isAlive, startOf } from "./world/process";
