"""placeholder"""
def document(catalogue, version):
    return {}
