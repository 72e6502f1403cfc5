/* The tables of frameworks and of telling dependencies. A row is added for each one that people use. */
#include "project_frameworks.h"

#define PORT "${port.backend}"

static const struct framework rows[] = {
    {"package.json", "express", "Express", NULL, NULL, false},
    {"package.json", "fastify", "Fastify", NULL, NULL, false},
    {"package.json", "koa", "Koa", NULL, NULL, false},
    {"package.json", "hono", "Hono", NULL, NULL, false},
    {"package.json", "@hapi/hapi", "hapi", NULL, NULL, false},
    {"package.json", "@nestjs/core", "NestJS", NULL, NULL, false},
    {"package.json", "next", "Next.js", NULL, NULL, false},
    {"python", "flask", "Flask", "python3 -m flask --app %MODULE% run --host 127.0.0.1 --port " PORT, NULL,
     true},
    {"python", "fastapi", "FastAPI", "python3 -m uvicorn %MODULE%:%APP% --host 127.0.0.1 --port " PORT, NULL,
     true},
    {"python", "django", "Django", "python3 manage.py runserver --noreload 127.0.0.1:" PORT, NULL, false},
    {"go.mod", "", "Go", "./otp-backend", "go build -o otp-backend %MAIN%", false},
    {"Gemfile", "rails", "Rails", "bundle exec rails server -b 127.0.0.1 -p " PORT, NULL, false},
    {"Gemfile", "sinatra", "Sinatra", "bundle exec ruby %FILE% -o 127.0.0.1 -p " PORT, NULL, false},
    {"composer.json", "laravel/framework", "Laravel", "php artisan serve --host=127.0.0.1 --port=" PORT, NULL,
     false},
    {"composer.json", "", "PHP", "php -S 127.0.0.1:" PORT " -t public", NULL, false},
    {"pom.xml", "spring-boot", "Spring Boot (Maven)", "java -jar target/*.jar --server.port=" PORT,
     "mvn -q -DskipTests package", false},
    {"build.gradle", "spring", "Spring Boot (Gradle)", "java -jar build/libs/*.jar --server.port=" PORT,
     "./gradlew -q bootJar", false},
};

static const struct {
    const char *needle; /* a dependency's name contains it */
    enum fact_evidence evidence;
} proofs[] = {
    {"twilio", EVIDENCE_TWILIO},     {"redis", EVIDENCE_REDIS},      {"lettuce", EVIDENCE_REDIS},
    {"jedis", EVIDENCE_REDIS},       {"psycopg", EVIDENCE_POSTGRES}, {"asyncpg", EVIDENCE_POSTGRES},
    {"postgres", EVIDENCE_POSTGRES}, {"lib/pq", EVIDENCE_POSTGRES},  {"jackc/pgx", EVIDENCE_POSTGRES},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

const struct framework *framework_find(struct text manifest, struct text dependency)
{
    for (size_t i = 0; i < ROWS; i++) {
        bool starts = rows[i].needle[0] != '\0' && text_starts(dependency, rows[i].needle);
        /* "express-session" is not Express; "spring-boot-starter-web" is Spring Boot */
        bool whole = text_is(dependency, rows[i].needle) || text_starts(text_of(rows[i].needle), "spring");
        if (text_starts(manifest, rows[i].manifest) && starts && whole)
            return &rows[i];
    }
    return NULL;
}

const struct framework *framework_named(const char *name)
{
    for (size_t i = 0; i < ROWS; i++)
        if (text_is(text_of(name), rows[i].name))
            return &rows[i];
    return NULL;
}

void framework_note_dependency(const struct fact_file *file, int line, struct text dependency)
{
    for (size_t i = 0; i < sizeof proofs / sizeof proofs[0]; i++)
        if (text_contains(dependency, text_of(proofs[i].needle)))
            fact_add_evidence(file, line, proofs[i].evidence);
    if (text_is(dependency, "pg") || text_is(dependency, "gem \"pg\""))
        fact_add_evidence(file, line, EVIDENCE_POSTGRES);
}
