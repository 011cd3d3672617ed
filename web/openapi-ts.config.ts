import { defineConfig } from '@hey-api/openapi-ts'

export default defineConfig({
  input: '../docs/openapi.json',
  output: process.env.CLIENT_OUTPUT ?? 'src/client',
  logs: { file: false, level: 'warn' },
  plugins: [
    { name: '@hey-api/client-fetch', runtimeConfigPath: '@/lib/client-config' },
    '@hey-api/typescript',
    '@hey-api/sdk',
    '@tanstack/react-query',
  ],
})
