import { iso, money, type Producer, toJson } from './demo-record.ts'
import type { Random } from './random.ts'

const SITES = ['hamburg-kiln-1', 'hamburg-kiln-2', 'lodz-warehouse', 'malmo-cold-store'] as const

const SENSORS = 100

/** Readings of a hundred sensors, each drifting around a value of its own, now and then one out of range. */
export const createReadings = (random: Random): Producer => {
  const sensors = Array.from({ length: SENSORS }, (_, number) => ({
    device: `sensor-${String(number + 1).padStart(3, '0')}`,
    site: random.pick(SITES),
    temperature: random.int(400, 2600),
    battery: random.int(20, 100),
    sequence: random.int(1000, 90_000),
    firmware: random.pick(['2.4.1', '2.4.1', '2.5.0-rc2']),
  }))
  return (now) => {
    const sensor = sensors[random.int(0, SENSORS - 1)]
    if (sensor === undefined) throw new RangeError('a sensor past the last one')
    sensor.temperature += random.int(-15, 15)
    sensor.sequence += 1
    if (random.chance(0.01)) sensor.battery = Math.max(0, sensor.battery - 1)
    const isSpike = random.chance(0.005)
    const text = toJson({
      device: sensor.device,
      site: sensor.site,
      sequence: sensor.sequence,
      at: iso(now - random.int(20, 2500)),
      temperature: money(isSpike ? sensor.temperature + 9000 : sensor.temperature),
      humidity: random.int(20, 85) / 100,
      vibration: { x: random.int(-900, 900) / 1e6, y: random.int(-900, 900) / 1e6, z: 9.81 + random.int(-900, 900) / 1e6 },
      battery: sensor.battery,
      firmware: sensor.firmware,
      status: isSpike ? 'ALARM' : 'OK',
      samples: Array.from({ length: 12 }, () => random.int(-2048, 2047)),
    })
    return { partitionKey: sensor.device, explicitHashKey: null, data: Buffer.from(text) }
  }
}
