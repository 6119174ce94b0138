import { expect, test } from 'vitest'
import type { Profile } from '#shared/model/connection.ts'
import { endpointProblem, suggestedLabel } from '../../../../../renderer/features/connections/endpoint-words.ts'
import { inOrder, profileDetail, profilesFound, profileState, underHome } from '../../../../../renderer/features/connections/profile-words.ts'

const profile = (rest: Partial<Profile>): Profile => ({ name: 'p', region: 'eu-west-1', kind: 'keys', detail: 'access key', environment: 'development', readOnly: false, problem: null, ...rest })

test('how many profiles there are, as a sentence around the file', () => {
  expect(profilesFound(4).join('FILE')).toBe('Four profiles found in FILE. Nothing is called until you pick one.')
  expect(profilesFound(1).join('FILE')).toBe('One profile found in FILE. Nothing is called until you pick it.')
  expect(profilesFound(0).join('FILE')).toBe('No profiles found in FILE.')
  expect(profilesFound(37)[0]).toBe('37 profiles found in ')
})

test('what a profile is, and why it can not be used', () => {
  expect(profileDetail(profile({}))).toBe('eu-west-1, access key')
  expect(profileDetail(profile({ region: null, kind: 'unusable', problem: 'its source_profile is not there' }))).toBe('its source_profile is not there')
  expect(profileDetail(profile({ region: null }))).toBe('no region set, access key')
  expect(profileState(profile({ readOnly: true }), false)).toBe('Read-only')
  expect(profileState(profile({ readOnly: true }), true)).toBe('Connected')
})

test('the default one stands first, those that lead nowhere last', () => {
  const broken = profile({ name: 'a', kind: 'unusable' })
  expect(inOrder([broken, profile({ name: 'b' }), profile({ name: 'default' }), profile({ name: 'c' })]).map(({ name }) => name)).toEqual(['default', 'b', 'c', 'a'])
})

test('a file below the home folder is written as people write it', () => {
  expect(underHome('/root/.aws/config')).toBe('~/.aws/config')
  expect(underHome('/home/jo/.aws/config')).toBe('~/.aws/config')
  expect(underHome('C:\\Users\\Jo Lind\\.aws\\config')).toBe('~\\.aws\\config')
  expect(underHome('/srv/aws/config')).toBe('/srv/aws/config')
})

test('an endpoint is checked field by field', () => {
  expect(endpointProblem({ endpoint: 'http://localhost:4566', region: 'us-gov-east-1', account: '' })).toEqual({ endpoint: null, region: null, account: null })
  const bad = endpointProblem({ endpoint: 'javascript:alert(1)', region: 'Frankfurt', account: '12' })
  expect(bad.endpoint).toMatch(/http/)
  expect(bad.region).toMatch(/eu-west-1/)
  expect(bad.account).toMatch(/twelve/)
  expect(suggestedLabel('http://127.0.0.1:4567/')).toBe('127.0.0.1:4567')
  expect(suggestedLabel('')).toBe('endpoint')
})
