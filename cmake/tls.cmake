# The layer tls as a library of its own, over mbedTLS: Debian's 2.28 has no file for CMake. A firmware has its own
# mbedTLS, and compiles src/tls with its own flags.
file(GLOB TLS_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/tls/*.cpp")
if(TLS_SOURCES)
  set(LINNET_MBEDTLS mbedtls mbedx509 mbedcrypto CACHE STRING "mbedTLS, 2.28, 3.x or 4.x, as what is linked")
  set(LINNET_MBEDTLS_INCLUDE "" CACHE PATH "Where its headers are, if not among the system's")
  add_library(linnet_tls STATIC ${TLS_SOURCES})
  target_link_libraries(linnet_tls PUBLIC linnet ${LINNET_MBEDTLS} PRIVATE linnet_flags)
  if(LINNET_MBEDTLS_INCLUDE)
    target_include_directories(linnet_tls SYSTEM PUBLIC "${LINNET_MBEDTLS_INCLUDE}")
  endif()
  target_compile_options(linnet_tls PRIVATE -ffunction-sections -fdata-sections)
endif()
