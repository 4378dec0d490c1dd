/** In: the browser. Out: devices, which ask it only once what it can do. Knows nothing of servers. */
import { Device, detectDevice, type types as mediasoup } from "mediasoup-client";
import { Chrome111 } from "mediasoup-client/handlers/Chrome111";
import { Firefox120 } from "mediasoup-client/handlers/Firefox120";
import { Safari12 } from "mediasoup-client/handlers/Safari12";

type HandlerFactory = NonNullable<NonNullable<ConstructorParameters<typeof Device>[0]>["handlerFactory"]>;
type Direction = "recvonly" | "sendonly";

const HANDLERS: Readonly<Record<string, { createFactory(options: object): HandlerFactory }>> = { Chrome111, Firefox120, Safari12 };

const capabilities = new Map<Direction, Promise<mediasoup.RtpCapabilities>>();
let factory: HandlerFactory | undefined;

/**
 * Begins to ask the browser what it can do. That takes a peer connection each way and some 12 ms: time that there is
 * while the WebSocket opens, and that the first picture would wait for later.
 */
export function prepareDevice(): void {
  const { getNativeRtpCapabilities } = remembering() ?? {};
  for (const direction of ["recvonly", "sendonly"] as const) {
    getNativeRtpCapabilities?.({ direction }).catch(() => undefined); // who needs it will ask, and hear, again
  }
}

/** @throws UnsupportedError in a browser that mediasoup-client doesn't know. */
export function createDevice(): Device {
  const handlerFactory = remembering();
  return handlerFactory ? new Device({ handlerFactory }) : new Device();
}

/** The factory for this browser; none for the rare one that isn't worth it. */
function remembering(): HandlerFactory | undefined {
  const original = factory ? undefined : HANDLERS[detectDevice() ?? ""]?.createFactory({});
  if (original) {
    factory = {
      ...original,
      getNativeRtpCapabilities: (options) => remember(options.direction as Direction, original),
    };
  }
  return factory;
}

function remember(direction: Direction, { getNativeRtpCapabilities }: HandlerFactory): Promise<mediasoup.RtpCapabilities> {
  let asked = capabilities.get(direction);
  if (!asked) {
    asked = getNativeRtpCapabilities({ direction });
    asked.catch(() => capabilities.delete(direction));
    capabilities.set(direction, asked);
  }
  return asked;
}
