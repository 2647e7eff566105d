# mbedTLS 2.28 of Debian's source package (scripts/debian_source mbedtls), those files of it that port/cortex_m/mbedtls/config.h
# asks for, and layer tls over it.
set(MBEDTLS "${PROJECT_SOURCE_DIR}/build/sources/mbedtls")
if(NOT EXISTS "${MBEDTLS}/library/ssl_cli.c")
  message(FATAL_ERROR "mbedTLS is not there: run scripts/debian_source mbedtls")
endif()
set(MBEDTLS_USED aes asn1parse asn1write bignum cipher cipher_wrap constant_time ecdh ecdsa ecp ecp_curves gcm md
    memory_buffer_alloc oid pk pk_wrap pkparse platform platform_util sha256 ssl_ciphersuites ssl_cli ssl_msg ssl_tls x509
    x509_crt)
list(TRANSFORM MBEDTLS_USED REPLACE "(.+)" "${MBEDTLS}/library/\\1.c")
add_library(mbedtls STATIC ${MBEDTLS_USED})
target_include_directories(mbedtls SYSTEM PUBLIC "${MBEDTLS}/include")
target_compile_definitions(mbedtls PUBLIC MBEDTLS_CONFIG_FILE="port/cortex_m/mbedtls/config.h")
target_include_directories(mbedtls PUBLIC "${PROJECT_SOURCE_DIR}")
target_compile_options(mbedtls PRIVATE -ffunction-sections -fdata-sections)

file(GLOB TLS_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/tls/*.cpp"
     "${PROJECT_SOURCE_DIR}/port/cortex_m/mbedtls/*.cpp")
list(FILTER TLS_SOURCES EXCLUDE REGEX "/(server|loaded)\\.cpp$")  # a client only
add_library(linnet_tls STATIC ${TLS_SOURCES})
target_link_libraries(linnet_tls PUBLIC linnet mbedtls PRIVATE linnet_flags)
target_compile_options(linnet_tls PRIVATE -ffunction-sections -fdata-sections ${TRAPS})
