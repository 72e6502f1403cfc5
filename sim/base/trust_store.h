/* trust_store: a Java trust store (JKS) with one certificate, and what else Java and PHP, which read none of
 * the usual variables, must be told.
 *
 * Java wants a key store and reads no PEM file; keytool takes a second and is not always there, so the store
 * is written here. The format is the one that java.security.KeyStore "JKS" documents by its reader: a head,
 * one trusted certificate, and SHA-1 over the password, a fixed phrase and the bytes before. */
#ifndef TRUST_STORE_H
#define TRUST_STORE_H

#include "fail.h"
#include "text.h"

/* The password it is sealed with; it protects nothing, the certificate is public. */
#define TRUST_STORE_PASSWORD "changeit"

/* Writes `path` from a PEM certificate. */
bool trust_store_write(const char *path, struct text ca_pem, struct fail *why);

/* Appends the words of JAVA_TOOL_OPTIONS that make a JVM trust that store and no other. */
void trust_store_put_java_options(struct text_buf *out, const char *path);

/* Appends the words that lead a JVM's connections through a proxy, with a space behind. The JVM itself leaves
 * loopback out. */
void trust_store_put_java_proxy(struct text_buf *out, const char *host, int port);

/* Appends the ini file that makes PHP's curl and streams trust a PEM file. */
void trust_store_put_php_ini(struct text_buf *out, const char *ca_file);

#endif
